// What was written and has not arrived: kept over reloads, sent when there is a connection, each exactly once.
import { kept, newId } from "./dom.js";
import { live } from "./live.js";

/**
 * @typedef {{client_id: string, chat_id: number, text: string, reply_to?: number, at: string, why?: string}} Item
 */

const PATIENCE = 10_000;

class Outbox extends EventTarget {
  /** When there is no place to keep it. @type {Item[]} */
  #items = kept.get("outbox") ?? [];
  /** @type {string | null} */
  #flying = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  start() {
    live.on("ready", () => {
      this.#flying = null;
      this.#next();
    });
    live.on("ack", (frame) => this.#arrived(frame.client_id));
    live.on("error", (frame) => frame.client_id && this.#refused(frame.client_id, frame.problem ?? {}));
  }

  /** @param {number} chat */
  of(chat) {
    return this.#items.filter((item) => item.chat_id === chat);
  }

  /**
   * @param {number} chat
   * @param {string} text
   * @param {number} [replyTo]
   * @returns {Item}
   */
  add(chat, text, replyTo) {
    const item = { client_id: newId(), chat_id: chat, text, at: new Date().toISOString(), ...(replyTo && { reply_to: replyTo }) };
    this.#keep([...this.#items, item]);
    this.#next();
    return item;
  }

  /** @param {string} id */
  retry(id) {
    this.#keep(this.#items.map((item) => (item.client_id === id ? { ...item, why: undefined } : item)));
    this.#next();
  }

  /** @param {string} id */
  discard(id) {
    this.#keep(this.#items.filter((item) => item.client_id !== id));
    if (this.#flying === id) this.#flying = null;
    this.#next();
  }

  /** One at a time, so that they arrive in the order in which they were written. */
  #next() {
    clearTimeout(this.#timer);
    const item = this.#items.find((item) => !item.why);
    if (!item || this.#flying) return;
    const { client_id, chat_id, text, reply_to } = item;
    if (!live.send({ type: "send", client_id, chat_id, text, ...(reply_to && { reply_to }) })) return;
    this.#flying = client_id;
    this.#timer = setTimeout(() => this.#again(), PATIENCE);
  }

  /** Sending again is harmless: the server knows the id. */
  #again() {
    this.#flying = null;
    this.#next();
  }

  /** @param {string} id */
  #arrived(id) {
    this.discard(id);
  }

  /**
   * @param {string} id
   * @param {Record<string, any>} problem
   */
  #refused(id, problem) {
    if (this.#flying === id) this.#flying = null;
    if (problem.status === 429 || problem.status === 503) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#again(), (problem.retry_after ?? 1) * 1000);
      this.#flying = id;
      return;
    }
    const why = problem.errors?.[0]?.message ?? problem.detail ?? "";
    this.#keep(this.#items.map((item) => (item.client_id === id ? { ...item, why: why || "?" } : item)));
    this.dispatchEvent(new CustomEvent("failed", { detail: this.#items.find((item) => item.client_id === id) }));
    this.#next();
  }

  /** @param {Item[]} items */
  #keep(items) {
    this.#items = items;
    kept.set("outbox", items.length ? items : null);
  }
}

export const outbox = new Outbox();
