// A chat that is open: its messages stay current, its history loads, what is read is noted.
import { openActions } from "./actions.js";
import * as chats from "./chats.js";
import { Composer } from "./composer.js";
import { Around } from "./around.js";
import { all, find, get, make, me, paced, parse, say } from "./dom.js";
import { live } from "./live.js";
import { outbox } from "./outbox.js";
import { arrange, arrangeAll, dress, insert, messageOf, pendingRow, rowOf, seqOf } from "./rows.js";
import { localise } from "./times.js";

/** How near to the end counts as being there, in pixels. */
const NEAR = 60;

export class Conversation extends HTMLElement {
  chat = Number(this.dataset.chat);
  #ended = new AbortController();
  /** @type {Around | undefined} */
  #around;
  #missed = 0;
  #loading = false;
  #read = paced(() => this.#noteRead(), 400);
  /** How far reading is known to the server. */
  #told = 0;

  connectedCallback() {
    this.log = /** @type {HTMLElement} */ (find("[data-log]", this));
    this.inner = /** @type {HTMLElement} */ (find(".log-inner", this));
    this.pill = /** @type {HTMLElement} */ (find("[data-pill]", this));
    arrangeAll(this.inner);
    localise(this);
    const form = find("[data-composer]", this);
    this.composer = form && new Composer(this, form, this.#ended.signal);
    for (const item of outbox.of(this.chat)) this.#pend(item);
    openActions(this, this.#ended.signal);
    this.#around = new Around(this, this.#ended.signal);
    this.#listen();
    this.#begin();
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** Where the newest message is, and nothing is missing between. */
  get isAtEnd() {
    return !this.inner?.hasAttribute("data-has-after");
  }

  get isNearEnd() {
    return Math.abs(this.log?.scrollTop ?? 0) < NEAR;
  }

  get isDirect() {
    return "direct" in this.dataset;
  }

  #listen() {
    const signal = this.#ended.signal;
    const here = (/** @type {(frame: import("./live.js").Frame) => void} */ act) => (/** @type {any} */ frame) =>
      frame.chat_id === this.chat && act(frame);
    live.on("message.created message.updated message.deleted ack", here((frame) => this.#place(frame)), signal);
    live.on("chat.deleted", here(() => location.assign("/chats")), signal);
    live.on("ready", () => this.#again(), signal);
    outbox.addEventListener("failed", (event) => this.#failed(/** @type {CustomEvent} */ (event).detail), { signal });
    this.log?.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    for (const event of ["focus", "resize"]) addEventListener(event, this.#read, { signal });
    document.addEventListener("visibilitychange", this.#read, { signal });
    this.pill?.addEventListener("click", () => this.toEnd(), { signal });
    find(".older a", this)?.addEventListener("click", (event) => (event.preventDefault(), this.#older()), { signal });
    find(".newer a", this)?.addEventListener("click", (event) => (event.preventDefault(), this.#newer()), { signal });
  }

  /** Where reading begins: at the message that the address names, else where it stopped, else at the end. */
  #begin() {
    const item = chats.itemOf(this.chat);
    this.#told = Number(item?.dataset.read ?? 0);
    const named = /^#m\d+$/.test(location.hash) && find(location.hash, this);
    if (named) this.mark(named);
    else {
      const line = find(".new", this);
      const log = /** @type {HTMLElement} */ (this.log);
      if (line && line.getBoundingClientRect().top < log.getBoundingClientRect().top) {
        line.scrollIntoView({ block: "start" });
      }
    }
    this.#around?.showSeen();
    this.#scrolled();
  }

  /** @param {HTMLElement} message */
  mark(message) {
    message.scrollIntoView({ block: "center" });
    message.classList.remove("marked");
    requestAnimationFrame(() => message.classList.add("marked"));
    message.focus({ preventScroll: true });
  }

  /**
   * Changes the log while what is being read stays where it is; at the end, the view follows.
   * @param {() => void} change
   */
  keepPlace(change) {
    const log = /** @type {HTMLElement} */ (this.log);
    if (this.isNearEnd && this.isAtEnd) {
      change();
      log.scrollTop = 0;
      return;
    }
    const top = log.getBoundingClientRect().top;
    const anchor = all(".row", this.inner).find((row) => row.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected) log.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  /** @param {import("./live.js").Frame} frame */
  #place(frame) {
    const known = find(`#m${frame.id}`, this);
    if (known && Number(known.dataset.rev) >= frame.rev) return this.#settled(frame);
    const isMine = frame.author === me.username;
    if (frame.author) this.#around?.stopTyping(frame.author);
    this.#requote(frame);
    if (!known && !this.isAtEnd) {
      this.#settled(frame);
      return this.#miss(frame, isMine);
    }
    const first = firstMessage(this);
    if (!known && first && seqOf(first) > frame.seq) return;
    const follow = this.isNearEnd;
    this.keepPlace(() => {
      const message = parse(frame.html);
      if (known) {
        const row = /** @type {HTMLElement} */ (known.closest(".row"));
        known.replaceWith(message);
        dress(row);
        arrange(row);
      } else {
        const pending = isMine && frame.client_id && find(`[data-client="${CSS.escape(frame.client_id)}"]`, this);
        if (pending) pending.closest(".row")?.remove();
        const row = rowOf(message);
        if (!pending) message.classList.add("arriving");
        insert(/** @type {HTMLElement} */ (this.inner), row);
        if (!isMine && (!follow || document.hidden)) this.#lineAbove(row);
      }
    });
    this.#settled(frame);
    if (!known && !follow) this.#miss(frame, isMine);
    this.#around?.showSeen();
    this.#read();
  }

  /** What was on its way has arrived. @param {import("./live.js").Frame} frame */
  #settled(frame) {
    if (frame.author !== me.username || !frame.client_id) return;
    find(`[data-client="${CSS.escape(frame.client_id)}"]`, this)?.closest(".row")?.remove();
    outbox.discard(frame.client_id);
  }

  /** Quotes show their message as it now stands. @param {import("./live.js").Frame} frame */
  #requote(frame) {
    for (const quote of all(`.quote[data-of="${frame.id}"]`, this)) {
      const text = find("span", quote);
      if (text) text.textContent = frame.deleted ? say("deleted") : frame.excerpt;
      if (frame.deleted) find("strong", quote)?.remove();
    }
  }

  /** @param {HTMLElement} row */
  #lineAbove(row) {
    if (find(".new", this)) return;
    row.before(make("div", { class: "new", role: "separator" }, make("span", {}, say("new"))));
    arrange(row);
  }

  /**
   * @param {import("./live.js").Frame} frame
   * @param {boolean} isMine
   */
  #miss(frame, isMine) {
    if (isMine) return void this.toEnd();
    if (frame.type !== "message.created" || Number(frame.seq) <= this.#told) return;
    this.#missed++;
    this.#showPill();
  }

  #showPill() {
    const pill = /** @type {HTMLElement} */ (this.pill);
    pill.hidden = this.isNearEnd && this.isAtEnd;
    const words = this.#missed === 0 ? say("newest") : say(this.#missed === 1 ? "new_one" : "new_many", { n: this.#missed });
    pill.textContent = `${words} ↓`;
  }

  toEnd() {
    if (!this.isAtEnd) return void location.assign(`/chats/${this.chat}`);
    this.log?.scrollTo({ top: 0 });
    this.#missed = 0;
    this.#showPill();
  }

  #scrolled() {
    if (this.isNearEnd && this.isAtEnd) this.#missed = 0;
    this.#showPill();
    this.#read();
    const log = /** @type {HTMLElement} */ (this.log);
    const above = log.scrollHeight - log.clientHeight + log.scrollTop;
    if (above < 800 && this.inner?.hasAttribute("data-has-before")) this.#older();
    if (!this.isAtEnd && Math.abs(log.scrollTop) < 400) this.#newer();
  }

  /** @param {import("./outbox.js").Item} item */
  #pend(item) {
    const target = item.reply_to ? find(`#m${item.reply_to}`, this) : null;
    const quote = target && { title: find(".author", target)?.textContent?.trim() ?? "", text: find(".text", target)?.textContent?.trim() ?? "" };
    const row = pendingRow(item, quote);
    insert(/** @type {HTMLElement} */ (this.inner), row);
    this.#state(row, item);
  }

  /**
   * @param {Element} row
   * @param {import("./outbox.js").Item} item
   */
  #state(row, item) {
    const meta = find(".meta", row);
    messageOf(row).classList.toggle("failed", !!item.why);
    if (!item.why) return void meta?.replaceChildren(say(live.open ? "sending" : "waiting"));
    const again = () => {
      this.#state(row, { ...item, why: undefined });
      outbox.retry(item.client_id);
    };
    const discard = () => {
      row.remove();
      outbox.discard(item.client_id);
    };
    meta?.replaceChildren(
      say("failed", { why: item.why }),
      make("button", { type: "button", onclick: again }, say("retry")),
      make("button", { type: "button", onclick: discard }, say("discard")),
    );
  }

  /** @param {import("./outbox.js").Item} item */
  #failed(item) {
    const row = item && find(`[data-client="${CSS.escape(item.client_id)}"]`, this)?.closest(".row");
    if (row) this.#state(row, item);
  }

  /**
   * Sends what was written; it is seen at once.
   * @param {string} text
   * @param {number} [replyTo]
   */
  send(text, replyTo) {
    const item = outbox.add(this.chat, text, replyTo);
    find(".new", this)?.remove();
    if (this.isAtEnd) {
      this.#pend(item);
      if (this.log) this.log.scrollTop = 0;
    }
  }

  async #older() {
    const first = firstMessage(this);
    if (first) await this.#more("before", seqOf(first));
  }

  async #newer() {
    const rows = all(".row > [data-seq]", this.inner);
    const last = rows[rows.length - 1];
    if (last) await this.#more("after", seqOf(last));
  }

  /**
   * @param {"before" | "after"} side
   * @param {number} seq
   */
  async #more(side, seq) {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const part = await get(`/chats/${this.chat}/messages?${side}=${seq}`);
      const inner = /** @type {HTMLElement} */ (this.inner);
      // What was said long ago is not announced.
      inner.setAttribute("aria-live", "off");
      const holder = make("div");
      holder.innerHTML = part.html;
      this.keepPlace(() => {
        const messages = /** @type {HTMLElement[]} */ ([...holder.children]);
        if (side === "before") messages.reverse();
        for (const message of messages) if (!find(`#${message.id}`, inner)) insert(inner, rowOf(message));
        const has = side === "before" ? part.has_before : part.has_after;
        inner.toggleAttribute(`data-has-${side}`, has);
        if (!has) find(side === "before" ? ".older" : ".newer", inner)?.remove();
      });
      this.#around?.showSeen();
    } catch {
      // The buttons that load it are still there.
    } finally {
      setTimeout(() => {
        this.#loading = false;
        this.inner?.setAttribute("aria-live", "polite");
      }, 150);
    }
  }

  /** Notes how far the reader has seen, while the window is in front of them. */
  #noteRead() {
    if (document.visibilityState !== "visible" || !document.hasFocus() || !this.log) return;
    const bottom = this.log.getBoundingClientRect().bottom;
    const rows = all(".row > [data-seq]", this.inner);
    let last = rows.length - 1;
    while (last >= 0 && rows[last].getBoundingClientRect().top > bottom - 10) last--;
    const seq = last >= 0 ? seqOf(rows[last]) : 0;
    if (seq <= this.#told || !live.send({ type: "read", chat_id: this.chat, seq })) return;
    this.#told = seq;
    chats.read(this.chat, seq);
  }

  /** After a gap what was said is said again: nothing of it may be lost. */
  #again() {
    this.#read();
    for (const row of all(".row:has(> .pending:not(.failed))", this)) find(".meta", row)?.replaceChildren(say("sending"));
  }

}

/** @param {Conversation} conversation */
const firstMessage = (conversation) => find(".row > [data-seq]", conversation.inner);
