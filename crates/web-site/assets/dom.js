// Small things that every script needs: finding, making, saying, asking the server.
import words from "./words.js";

/** Who reads this page. */
export const me = {
  username: document.body.dataset.me ?? "",
  name: document.body.dataset.myName ?? "",
  avatar: document.body.dataset.myAvatar ?? "",
};

/**
 * @param {string} css
 * @param {ParentNode} [root]
 * @returns {HTMLElement | null}
 */
export const find = (css, root = document) => root.querySelector(css);

/**
 * @param {string} css
 * @param {ParentNode} [root]
 * @returns {HTMLElement[]}
 */
export const all = (css, root = document) => [...root.querySelectorAll(/** @type {any} */ (css))];

/**
 * An element with attributes and children; text never becomes markup.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * Markup of the server's own making, as an element.
 * @param {string} html
 * @returns {HTMLElement}
 */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/**
 * Words by their key, with `{name}`s filled in.
 * @param {string} key
 * @param {Record<string, any>} [values]
 * @returns {string}
 */
export const say = (key, values = {}) =>
  (/** @type {Record<string, string>} */ (words)[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** An id that nobody else makes; `crypto.randomUUID` is missing on plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A refusal of the server, in words for people. */
export class Refused extends Error {}

/**
 * Asks the server; what it refuses is thrown.
 * @param {string} url
 * @param {RequestInit} [options]
 */
async function ask(url, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const response = await fetch(url, { ...options, headers, redirect: "error" });
  if (response.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Refused(problem.detail || say("failed_action"));
  }
  return response.status === 204 ? null : response.json();
}

/** @param {string} url */
export const get = (url) => ask(url);

/**
 * Posts a form.
 * @param {string} url
 * @param {Record<string, any> | [string, string][]} [fields]
 */
export const post = (url, fields = {}) => ask(url, { method: "POST", body: new URLSearchParams(/** @type {any} */ (fields)) });

/**
 * Says something for a moment, at the top of the page.
 * @param {string} text
 */
export function tell(text) {
  const toast = make("p", { class: "toast", role: "status" }, text);
  document.body.append(toast);
  setTimeout(() => toast.remove(), 4000);
}

/** @param {unknown} error */
export const complain = (error) => tell(error instanceof Refused ? error.message : say("failed_action"));

/**
 * Calls `run` at most every `wait` milliseconds, and once more after the last call.
 * @param {() => void} run
 * @param {number} wait
 */
export function paced(run, wait) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let last = 0;
  return () => {
    clearTimeout(timer);
    const rest = last + wait - Date.now();
    const go = () => {
      last = Date.now();
      run();
    };
    if (rest <= 0) go();
    else timer = setTimeout(go, rest);
  };
}

/** What is kept in this browser; a page works without it. */
export const kept = {
  /**
   * @param {string} key
   * @returns {any}
   */
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(`natter.${me.username}.${key}`) ?? "null");
    } catch {
      return null;
    }
  },
  /**
   * @param {string} key
   * @param {any} value
   */
  set(key, value) {
    try {
      const name = `natter.${me.username}.${key}`;
      if (value == null || value === "") localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Full or forbidden: then it lasts as long as the page.
    }
  },
};

/** What somebody is called, as far as the page knows. @param {string} username */
export const nameOf = (username) =>
  find(`[data-name="${CSS.escape(username)}"]`)?.textContent || `@${username}`;
