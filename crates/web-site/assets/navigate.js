// Going from page to page without losing the list, the socket or the place in it.
import * as complete from "./complete.js";
import { all, find } from "./dom.js";
import { know, total } from "./chats.js";
import { localise } from "./times.js";

/** @type {AbortController | null} */
let going = null;
/** @type {{url: string, page: Promise<Response>} | null} */
let ahead = null;

/** @param {string} url */
function request(url) {
  return fetch(url, { headers: { Accept: "text/html" }, signal: going?.signal });
}

/**
 * Shows another page beside the list.
 * @param {string} url
 * @param {boolean} isNew whether it becomes a step of the history
 */
async function go(url, isNew) {
  going?.abort();
  const current = (going = new AbortController());
  try {
    const response = await (ahead?.url === url ? ahead.page : request(url));
    ahead = null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const side = find("#side", page);
    if (current.signal.aborted) return;
    if (!response.ok || !side?.nextElementSibling) return void location.assign(url);
    show(page, /** @type {Element} */ (side.nextElementSibling));
    const hash = new URL(url, location.href).hash;
    if (isNew) history.pushState(null, "", response.redirected ? response.url + hash : url);
    arrive();
  } catch {
    if (!current.signal.aborted) location.assign(url);
  }
}

/** Shows the page anew, list and all: more has changed than was told. */
export async function refresh() {
  const response = await request(location.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = find("#chat-list", page);
  const main = find("#side", page)?.nextElementSibling;
  if (!response.ok || !list || !main) return location.reload();
  find("#chat-list")?.replaceChildren(...[...list.children].map((item) => document.adoptNode(item)));
  know();
  show(page, main);
  arrive();
}

/**
 * @param {Document} page
 * @param {Element} main
 */
function show(page, main) {
  find("#side")?.nextElementSibling?.replaceWith(document.adoptNode(main));
  document.body.className = page.body.className;
  document.title = page.title;
  const open = find("#chat-list [aria-current]", page)?.closest("li")?.dataset.chat;
  for (const item of all("#chat-list .chat-item")) {
    const link = find("a", item);
    if (item.dataset.chat === open) link?.setAttribute("aria-current", "page");
    else link?.removeAttribute("aria-current");
  }
  total();
}

/** A page that has just been put in place. */
function arrive() {
  const main = find("#main");
  if (!main) return;
  if (!main.closest("natter-conversation")) {
    localise(main);
    enhance(main);
    main.setAttribute("tabindex", "-1");
    main.focus({ preventScroll: true });
  }
}

/** @param {ParentNode} root */
export function enhance(root) {
  complete.start(root);
  for (const select of all("select[data-auto]", root)) {
    select.addEventListener("change", () => select.closest("form")?.requestSubmit());
  }
}

/** @param {Event} event @returns {string | null} */
function target(event) {
  const link = /** @type {HTMLElement} */ (event.target).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || !link.closest(".panes") || link.target || link.origin !== location.origin) return null;
  const samePage = link.pathname === location.pathname && link.search === location.search && link.hash;
  return samePage || link.hasAttribute("download") || link.pathname.endsWith("/source") ? null : link.href;
}

export function start() {
  enhance(document);
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = target(event);
    if (!url) return;
    event.preventDefault();
    find("#me-menu")?.removeAttribute("open");
    go(url, true);
  });
  // What is pressed is about to be asked for.
  addEventListener("pointerdown", (event) => {
    const url = event.button === 0 ? target(event) : null;
    if (url?.includes("/chats/")) ahead = { url, page: request(url) };
    ahead?.page.catch(() => {});
  });
  addEventListener("popstate", () => go(location.href, false));
}
