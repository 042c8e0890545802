// Dialogs: being asked, forwarding, going somewhere, the keys.
import { all, find, get, make, me, newId, post, Refused, say, tell } from "./dom.js";

/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (find(`#${id}-dialog`));

/**
 * Asks whether one is sure.
 * @param {string} what
 * @returns {Promise<boolean>}
 */
export function askSure(what) {
  const box = dialog("ask");
  /** @type {HTMLElement} */ (find("h2", box)).textContent = say(`${what}_title`);
  /** @type {HTMLElement} */ (find("p", box)).textContent = say(`${what}_text`);
  /** @type {HTMLElement} */ (find("[data-go]", box)).textContent = say(what);
  box.returnValue = "";
  box.showModal();
  return new Promise((answer) => box.addEventListener("close", () => answer(box.returnValue === "go"), { once: true }));
}

/**
 * @typedef {{key: string, title: string, sub: string, face: Node, url?: string}} Target
 */

/** @param {HTMLElement} item @returns {Target} */
function chatTarget(item) {
  const face = /** @type {HTMLElement} */ (find(".avatar", item)).cloneNode(true);
  const link = /** @type {HTMLAnchorElement} */ (find("a", item));
  return { key: `c${item.dataset.chat}`, title: find(".title", item)?.textContent ?? "", sub: "", face, url: link.getAttribute("href") ?? "" };
}

/** @param {{username: string, name: string, avatar: string}} person @returns {Target} */
function personTarget(person) {
  const face = make("img", { class: "avatar", src: person.avatar, alt: "", width: 32, height: 32 });
  return { key: `p${person.username}`, title: person.name, sub: `@${person.username}`, face, url: `/people/${person.username}` };
}

/**
 * My chats, then people, that match; people with a direct chat of mine come as that chat.
 * @param {string} words
 * @returns {Promise<Target[]>}
 */
async function search(words) {
  const wanted = words.trim().toLowerCase();
  const items = all("#chat-list .chat-item");
  const talking = new Set(items.map((item) => find("[data-avatar]", item)?.dataset.avatar));
  const chats = items.map(chatTarget).filter((target) => target.title.toLowerCase().includes(wanted));
  const people = wanted ? await get(`/people?q=${encodeURIComponent(wanted)}`).catch(() => []) : [];
  const others = people.filter((/** @type {any} */ person) => !talking.has(person.username) && person.username !== me.username);
  return [...chats.slice(0, 50), ...others.map(personTarget)];
}

/**
 * Forwards a message: to several chats and people in one step.
 * @param {number} chat
 * @param {HTMLElement} message
 */
export function forward(chat, message) {
  const box = dialog("forward");
  const field = /** @type {HTMLInputElement} */ (find("#forward-find", box));
  const comment = /** @type {HTMLTextAreaElement} */ (find("#forward-comment", box));
  const list = /** @type {HTMLElement} */ (find(".targets", box));
  const go = /** @type {HTMLButtonElement} */ (find("[data-go]", box));
  const wrong = /** @type {HTMLElement} */ (find(".wrong", box));
  const ended = new AbortController();
  const { signal } = ended;
  const id = newId();
  /** @type {Map<string, Target>} */
  const chosen = new Map();

  const count = () => {
    go.disabled = chosen.size === 0;
    go.textContent = chosen.size > 1 ? say("forward_many", { n: chosen.size }) : say("forward_one");
  };
  const row = (/** @type {Target} */ target) => {
    const tick = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
    tick.checked = chosen.has(target.key);
    tick.addEventListener("change", () => {
      if (tick.checked) chosen.set(target.key, target);
      else chosen.delete(target.key);
      count();
    });
    const two = make("span", { class: "two" }, make("span", { dir: "auto" }, target.title));
    if (target.sub) two.append(make("small", {}, target.sub));
    return make("li", {}, make("label", {}, tick, target.face, two));
  };
  const show = async () => {
    const words = field.value;
    const found = await search(words);
    if (words !== field.value) return;
    const picked = [...chosen.values()].filter((target) => !found.some((other) => other.key === target.key));
    list.replaceChildren(...[...picked, ...found].map(row));
    if (!list.children.length) list.append(make("li", { class: "hint" }, say("nobody")));
  };
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    /** @type {[string, string][]} */
    const fields = [["client_id", id], ["comment", comment.value]];
    const people = [];
    for (const key of chosen.keys()) {
      if (key.startsWith("c")) fields.push(["chat_ids", key.slice(1)]);
      else people.push(key.slice(1));
    }
    fields.push(["usernames", people.join(",")]);
    go.disabled = true;
    try {
      await post(`/chats/${chat}/messages/${message.dataset.id}/forward`, fields);
      box.close();
      tell(say("forwarded"));
    } catch (error) {
      wrong.hidden = false;
      wrong.textContent = error instanceof Refused ? error.message : say("failed_action");
      go.disabled = false;
    }
  };

  field.value = comment.value = "";
  wrong.hidden = true;
  /** @type {HTMLElement} */ (find(".preview", box)).textContent = find(".text", message)?.textContent?.trim() ?? "";
  field.addEventListener("input", show, { signal });
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault(), { signal });
  go.addEventListener("click", send, { signal });
  box.addEventListener("close", () => ended.abort(), { signal });
  count();
  show();
  box.showModal();
}

/** Goes to any chat or person. */
export function jump() {
  const box = dialog("jump");
  if (box.open) return;
  const field = /** @type {HTMLInputElement} */ (find("input", box));
  const list = /** @type {HTMLElement} */ (find(".targets", box));
  const ended = new AbortController();
  const { signal } = ended;
  const links = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const here = (/** @type {number} */ index) => links().forEach((item, at) => item.classList.toggle("here", at === index));
  const go = (/** @type {HTMLElement | undefined} */ item) => {
    const url = item?.dataset.url;
    if (!url) return;
    box.close();
    const link = make("a", { href: url, hidden: true });
    find(".panes")?.append(link);
    link.click();
    link.remove();
  };
  const show = async () => {
    const words = field.value;
    const found = await search(words).catch(() => /** @type {Target[]} */ ([]));
    if (words !== field.value) return;
    list.replaceChildren(...found.map((target) => {
      const two = make("span", { class: "two" }, make("span", { dir: "auto" }, target.title));
      if (target.sub) two.append(make("small", {}, target.sub));
      const item = make("li", { "data-url": target.url }, target.face, two);
      item.addEventListener("click", () => go(item));
      return item;
    }));
    if (found.length) here(0);
    else list.append(make("li", { class: "hint" }, say("nobody")));
  };
  field.value = "";
  field.addEventListener("input", show, { signal });
  field.addEventListener("keydown", (event) => {
    const at = links().findIndex((item) => item.classList.contains("here"));
    if (event.key === "Enter") {
      event.preventDefault();
      go(links()[at]);
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = Math.max(0, Math.min(links().length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      here(next);
      links()[next]?.scrollIntoView({ block: "nearest" });
    }
  }, { signal });
  box.addEventListener("close", () => ended.abort(), { signal });
  show();
  box.showModal();
}

export const showKeys = () => dialog("keys").showModal();

/** Dialogs close when one clicks beside them. */
export function start() {
  for (const box of /** @type {HTMLDialogElement[]} */ (all("dialog"))) {
    box.addEventListener("click", (event) => event.target === box && box.close());
  }
  addEventListener("keydown", (event) => {
    const isWriting = /** @type {HTMLElement} */ (event.target).closest?.("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      jump();
    }
    if (event.key === "?" && !isWriting && !find("dialog[open]")) showKeys();
  });
}

