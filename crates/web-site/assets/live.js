// The live socket: one for the page, back by itself when it is lost, catching up by revision.
import { find, say } from "./dom.js";

/** @typedef {Record<string, any> & { type: string }} Frame */

const SLOWEST = 15_000;

class Live {
  /** @type {WebSocket | null} */
  #socket = null;
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #beat;
  #heard = 0;
  /** @type {Map<string, ((frame: Frame) => void)[]>} */
  #listeners = new Map();
  /** The newest revision of each chat that this page knows. @type {Map<number, number>} */
  revs = new Map();
  /** Whether frames come and go. */
  open = false;

  /**
   * Calls `listener` for every frame of a type.
   * @param {string} types parted by blanks
   * @param {(frame: Frame) => void} listener
   * @param {AbortSignal} [until]
   */
  on(types, listener, until) {
    for (const type of types.split(" ")) {
      const list = this.#listeners.get(type) ?? [];
      this.#listeners.set(type, [...list, listener]);
      until?.addEventListener("abort", () => {
        this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((other) => other !== listener));
      });
    }
  }

  /**
   * Sends a frame; `false` when there is no connection.
   * @param {Frame} frame
   */
  send(frame) {
    if (!this.open || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  start() {
    this.#connect();
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#lost());
    addEventListener("pageshow", (event) => event.persisted && this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
  }

  #connect() {
    clearTimeout(this.#retry);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live`);
    this.#socket = socket;
    socket.addEventListener("message", (event) => socket === this.#socket && this.#hear(event.data));
    socket.addEventListener("close", (event) => socket === this.#socket && this.#closed(event.code));
  }

  /** @param {string} data */
  #hear(data) {
    this.#heard = Date.now();
    /** @type {Frame} */
    const frame = JSON.parse(data);
    if (frame.type === "ready") this.#ready(frame);
    if (frame.type === "resumed") {
      for (const [chat, rev] of Object.entries(frame.chats)) this.#note(Number(chat), rev);
    } else if (frame.chat_id && frame.rev) {
      this.#note(frame.chat_id, frame.rev);
    }
    if (frame.type === "chat.deleted") this.revs.delete(frame.chat_id);
    for (const listener of this.#listeners.get(frame.type) ?? []) {
      try {
        listener(frame);
      } catch (error) {
        console.error(error);
      }
    }
  }

  /**
   * @param {number} chat
   * @param {number} rev
   */
  #note(chat, rev) {
    this.revs.set(chat, Math.max(rev, this.revs.get(chat) ?? 0));
  }

  /** @param {Frame} frame */
  #ready(frame) {
    this.#tries = 0;
    this.open = true;
    this.#banner("");
    this.send({ type: "resume", chats: Object.fromEntries(this.revs) });
    clearInterval(this.#beat);
    const every = (frame.heartbeat_seconds || 30) * 1000;
    this.#beat = setInterval(() => {
      if (Date.now() - this.#heard > every * 2.5) this.#lost();
      else this.send({ type: "ping" });
    }, every);
  }

  /** @param {number} code */
  #closed(code) {
    this.open = false;
    clearInterval(this.#beat);
    if (code === 4401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    this.#banner(say(navigator.onLine ? "reconnecting" : "offline"));
    const longest = Math.min(SLOWEST, 500 * 2 ** this.#tries++);
    this.#retry = setTimeout(() => this.#connect(), longest / 2 + Math.random() * (longest / 2));
  }

  /** The connection is gone, whether or not the browser has noticed. */
  #lost() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    clearTimeout(this.#retry);
    this.#closed(1006);
  }

  #hurry() {
    if (this.open) return void this.send({ type: "ping" });
    this.#tries = 0;
    if (this.#socket?.readyState !== WebSocket.CONNECTING) this.#connect();
  }

  /** @param {string} text */
  #banner(text) {
    const banner = find("#banner");
    if (!banner) return;
    banner.textContent = text;
    banner.hidden = !text;
  }
}

export const live = new Live();
