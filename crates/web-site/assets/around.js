// Who is around a conversation: writing, reading, coming, going; and what it is called.
import { all, find, make, me, nameOf, say } from "./dom.js";
import { live } from "./live.js";
import { seqOf } from "./rows.js";

const TYPING = 6_000;

/** @typedef {import("./live.js").Frame} Frame */

export class Around {
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #typing = new Map();

  /**
   * @param {import("./conversation.js").Conversation} conversation
   * @param {AbortSignal} signal
   */
  constructor(conversation, signal) {
    this.place = conversation;
    const here = (/** @type {(frame: Frame) => void} */ act) => (/** @type {Frame} */ frame) =>
      frame.chat_id === conversation.chat && act(frame);
    live.on("typing", here((frame) => this.#types(frame.username)), signal);
    live.on("read", here((frame) => this.#read(frame)), signal);
    live.on("chat.updated", here((frame) => this.#renamed(frame)), signal);
    live.on("member.added member.updated member.removed", here((frame) => this.#member(frame)), signal);
    live.on("presence", (frame) => this.#presence(frame), signal);
    this.#details(signal);
  }

  /** @param {Frame} frame */
  #read(frame) {
    const { dataset } = this.place;
    if (frame.username === me.username || frame.username !== dataset.peer) return;
    dataset.peerRead = String(Math.max(frame.seq, Number(dataset.peerRead ?? 0)));
    this.showSeen();
  }

  /** Marks the newest of my messages that the other of a direct chat has read. */
  showSeen() {
    const { dataset, inner } = this.place;
    if (!dataset.peerRead) return;
    const upTo = Number(dataset.peerRead);
    const seen = all(".row.mine > [data-seq]", inner).filter((message) => seqOf(message) <= upTo);
    for (const mark of all(".seen:not([hidden])", inner)) mark.hidden = true;
    const mark = seen.length ? find(".seen", seen[seen.length - 1]) : null;
    if (mark) mark.hidden = false;
  }

  /** @param {string} username */
  #types(username) {
    if (username === me.username) return;
    clearTimeout(this.#typing.get(username));
    this.#typing.set(username, setTimeout(() => this.stopTyping(username), TYPING));
    this.#showTyping();
  }

  /** @param {string} username */
  stopTyping(username) {
    clearTimeout(this.#typing.get(username));
    if (this.#typing.delete(username)) this.#showTyping();
  }

  #showTyping() {
    const [a, b] = [...this.#typing.keys()].map(nameOf);
    const key = ["", "typing_one", "typing_two"][this.#typing.size] ?? "typing_many";
    const line = find("[data-typing]", this.place);
    if (line) line.textContent = key && say(key, { a, b });
  }

  /** @param {Frame} frame */
  #renamed(frame) {
    if (!frame.name) return;
    for (const title of all("h1, [data-chat-title]", this.place)) title.textContent = frame.name;
    for (const drawn of all(".bar .drawn, .profile-head .drawn", this.place)) drawn.textContent = frame.initials;
    document.title = document.title.replace(/^(\(\d+\) )?.*( · [^·]*)$/, (_, count, end) => (count ?? "") + frame.name + end);
    this.place.dataset.title = frame.name;
  }

  /** @param {Frame} frame */
  #member(frame) {
    const { username, name, avatar } = frame.user;
    const list = find("[data-members]", this.place);
    const known = find(`[data-member="${CSS.escape(username)}"]`, this.place);
    if (frame.type === "member.removed") {
      if (username === me.username) return void location.assign("/chats");
      known?.remove();
    } else if (!known && list) {
      const face = make("img", { class: "avatar", src: avatar, alt: "", width: 32, height: 32, "data-avatar": username });
      const two = make("span", { class: "two" }, make("span", { dir: "auto", "data-name": username }, name), make("small", {}, `@${username}`));
      const dot = make("i", { class: "dot", "data-presence": username });
      const link = make("a", { href: `/people/${username}` }, make("span", { class: "face" }, face, dot), two);
      list.append(make("li", { "data-member": username }, link));
    }
    if (username === me.username && frame.role) this.place.dataset.role = frame.role;
    const count = all("[data-member]", this.place).length;
    const words = say(count === 1 ? "members_one" : "members_many", { n: count });
    if (list && count < 50) for (const place of all("[data-sub], .details h3", this.place)) place.textContent = words;
  }

  /** @param {Frame} frame */
  #presence(frame) {
    const sub = find("[data-sub]", this.place);
    if (!this.place.isDirect || frame.username !== this.place.dataset.peer || !sub) return;
    sub.textContent = frame.online ? say("online") : `@${frame.username}`;
  }

  /** @param {AbortSignal} signal */
  #details(signal) {
    const wide = matchMedia("(min-width: 1180px)");
    const close = find("[data-details-close]", this.place);
    // Whoever goes by keys goes on in the pane, and afterwards where they came from.
    const follow = () => (close?.offsetParent ? close : find("[data-details]", this.place))?.focus();
    const toggle = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.place.classList.toggle(wide.matches ? "no-details" : "with-details");
      follow();
    };
    for (const button of all("[data-details], [data-details-close]", this.place)) {
      button.addEventListener("click", toggle, { signal });
    }
    const escape = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || wide.matches || find("dialog[open]")) return;
      const within = find(".details", this.place)?.contains(document.activeElement);
      this.place.classList.remove("with-details");
      if (within) follow();
    };
    document.addEventListener("keydown", escape, { signal });
  }
}
