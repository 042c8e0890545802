// The list of chats: what is newest comes first, what is unread is counted, live.
import { all, find, make, me, parse, say } from "./dom.js";
import { live } from "./live.js";
import { localise } from "./times.js";

const icon = /** @type {HTMLLinkElement | null} */ (find("link[rel=icon]"));
const plainIcon = icon?.href ?? "";

/** @param {number} chat */
export const itemOf = (chat) => find(`#chat-list [data-chat="${chat}"]`);

/** The chat that is open, where one is. */
export const openChat = () => Number(find("natter-conversation")?.dataset.chat ?? 0);

/**
 * @param {HTMLElement} item
 * @param {string} name
 */
const number = (item, name) => Number(item.dataset[name] ?? 0);

/** @param {HTMLElement} item */
function count(item) {
  const unread = Math.max(0, number(item, "last") - number(item, "read"));
  const badge = find(".badge", item);
  if (badge) {
    badge.hidden = unread === 0;
    badge.textContent = unread > 999 ? "999+" : String(unread);
    badge.setAttribute("aria-label", `${unread} ${say("unread")}`);
  }
  if (unread) item.dataset.unread = String(unread);
  else {
    delete item.dataset.unread;
    delete item.dataset.mentioned;
  }
  total();
}

/** The window's title and icon carry how many chats wait. */
export function total() {
  const waiting = all("#chat-list [data-unread]:not([data-muted])").length;
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = waiting ? `(${waiting}) ${title}` : title;
  drawIcon(waiting);
}

/** @param {number} waiting */
function drawIcon(waiting) {
  if (!icon || icon.dataset.waiting === String(waiting)) return;
  icon.dataset.waiting = String(waiting);
  if (!waiting) return void (icon.href = plainIcon);
  const picture = new Image();
  picture.addEventListener("load", () => {
    const canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { width: 64, height: 64 }));
    const pen = canvas.getContext("2d");
    if (!pen || icon.dataset.waiting !== String(waiting)) return;
    pen.drawImage(picture, 0, 0, 64, 64);
    pen.fillStyle = "#d92d20";
    pen.beginPath();
    pen.arc(46, 18, 18, 0, 7);
    pen.fill();
    pen.fillStyle = "#fff";
    pen.font = "bold 26px sans-serif";
    pen.textAlign = "center";
    pen.fillText(waiting > 9 ? "9+" : String(waiting), 46, 27);
    icon.href = canvas.toDataURL();
  });
  picture.src = plainIcon;
}

/** @param {import("./live.js").Frame} frame */
function said(frame) {
  const item = itemOf(frame.chat_id);
  if (!item) return;
  const mine = frame.author === me.username;
  if (frame.seq < number(item, "last")) return;
  const fresh = frame.seq > number(item, "last");
  item.dataset.last = String(frame.seq);
  if (fresh && mine) item.dataset.read = String(frame.seq);
  if (fresh && !mine && frame.mentions?.some((/** @type {string} */ name) => name.toLowerCase() === me.username.toLowerCase())) {
    item.dataset.mentioned = "";
  }
  const last = find(".last", item);
  if (last) {
    const parts = [make("span", { class: "excerpt" }, frame.excerpt)];
    if (mine) parts.unshift(make("span", { class: "by" }, `${say("you")} `));
    else if (!("direct" in item.dataset) && frame.author_name) {
      parts.unshift(make("span", { class: "by", "data-by": frame.author }, `${frame.author_name}: `));
    }
    last.replaceChildren(...parts);
  }
  if (fresh) {
    item.dataset.at = frame.created_at;
    find("time", item)?.setAttribute("datetime", frame.created_at);
    localise(item);
    rise(item);
  }
  count(item);
}

/** @param {HTMLElement} item */
function rise(item) {
  const list = item.parentElement;
  const before = all(".chat-item", list ?? document).find((other) => other !== item && (other.dataset.at ?? "") <= (item.dataset.at ?? ""));
  if (before === item.nextElementSibling && before) return;
  const focused = item.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  if (before) before.before(item);
  else list?.append(item);
  focused?.focus({ preventScroll: true });
}

/**
 * @param {number} chat
 * @param {number} seq
 */
export function read(chat, seq) {
  const item = itemOf(chat);
  if (!item || seq <= number(item, "read")) return;
  item.dataset.read = String(seq);
  count(item);
}

/** @param {import("./live.js").Frame} frame */
function created(frame) {
  if (!frame.html) return;
  const item = parse(frame.html);
  const old = itemOf(frame.chat_id);
  if (old) {
    const isOnline = find(".dot", old)?.hasAttribute("data-online") ?? false;
    find(".dot", item)?.toggleAttribute("data-online", isOnline);
    old.replaceWith(item);
  } else find("#chat-list")?.append(item);
  if (openChat() === frame.chat_id) find("a", item)?.setAttribute("aria-current", "page");
  find("#no-chats")?.remove();
  localise(item);
  rise(item);
  count(item);
}

/** @param {number} chat */
function gone(chat) {
  itemOf(chat)?.remove();
  live.revs.delete(chat);
  total();
}

/** @param {import("./live.js").Frame} frame */
function renamed(frame) {
  const item = itemOf(frame.chat_id);
  if (!item || !frame.name) return;
  const title = find(".title", item);
  if (title) title.textContent = frame.name;
  const drawn = find(".avatar.drawn", item);
  if (drawn) drawn.textContent = frame.initials;
}

/** @param {string} words */
function filter(words) {
  const wanted = words.trim().toLowerCase();
  for (const item of all("#chat-list .chat-item")) {
    item.hidden = !(find(".title", item)?.textContent ?? "").toLowerCase().includes(wanted);
  }
}

/** Takes the list as the server has just written it. */
export function know() {
  for (const item of all("#chat-list .chat-item")) live.revs.set(number(item, "chat"), number(item, "rev"));
  localise(find("#chat-list") ?? document);
  total();
}

export function start() {
  know();
  localise(document);
  setInterval(() => localise(find("#chat-list") ?? document), 60_000);
  live.on("message.created message.updated message.deleted ack", said);
  live.on("chat.created", created);
  live.on("chat.updated", renamed);
  live.on("chat.deleted", (frame) => gone(frame.chat_id));
  live.on("member.removed", (frame) => frame.user?.username === me.username && gone(frame.chat_id));
  live.on("read", (frame) => frame.username === me.username && read(frame.chat_id, frame.seq));
  const field = /** @type {HTMLInputElement | null} */ (find("#filter"));
  field?.addEventListener("input", () => filter(field.value));
  field?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") find("#chat-list .chat-item:not([hidden]) a")?.click();
    if (event.key === "Escape") {
      field.value = "";
      filter("");
    }
  });
}
