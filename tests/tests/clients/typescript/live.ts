// A live socket whose frames have the types of the document.

import WebSocket from "ws";
import type { LiveCommand, LiveEvent } from "./natter";

type Kind = LiveEvent["type"];

/** The frame of that kind. */
export type Of<K extends Kind> = Extract<LiveEvent, { type: K }>;

/** Longer than anything here takes, also on a laden machine. */
const PATIENCE = 30_000;

export class Live {
  /** Heard, but not asked for yet. */
  readonly #heard: LiveEvent[] = [];
  #wake = (): void => {};

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (text) => {
      const event: LiveEvent = JSON.parse(text.toString());
      this.#heard.push(event);
      this.#wake();
    });
  }

  /** Opens one, and waits until nothing can be missed any more. */
  static async open(baseUrl: string, token: string): Promise<Live> {
    const url = `${baseUrl.replace("http", "ws")}/live`;
    const live = new Live(new WebSocket(url, ["natter.v1", `bearer.${token}`]));
    await live.expect("ready");
    return live;
  }

  send(command: LiveCommand): void {
    this.socket.send(JSON.stringify(command));
  }

  /** The next frame of that kind; those of others are kept. */
  async expect<K extends Kind>(kind: K): Promise<Of<K>> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = this.#heard.find((event): event is Of<K> => event.type === kind);
      if (found) {
        this.#heard.splice(this.#heard.indexOf(found), 1);
        return found;
      }
      if (Date.now() > end) throw new Error(`${kind} was not heard; heard ${JSON.stringify(this.#heard)}`);
      await this.#next(end - Date.now());
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.socket.close();
    await closed;
  }

  #next(within: number): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, within);
      this.#wake = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }
}

/** Says of each kind of frame which chat it is about: compiles only while no kind is forgotten. */
export function chatOf(event: LiveEvent): number | null {
  switch (event.type) {
    case "message.created":
    case "message.updated":
    case "message.deleted":
      return event.message.chat_id;
    case "ack":
      return event.message.chat_id;
    case "chat.created":
      return event.chat.id;
    case "chat.updated":
    case "chat.deleted":
    case "member.added":
    case "member.updated":
    case "member.removed":
    case "read":
    case "typing":
    case "reset":
      return event.chat_id;
    case "ready":
    case "error":
    case "user.updated":
    case "presence":
    case "resumed":
    case "pong":
      return null;
    default: {
      const forgotten: never = event;
      return forgotten;
    }
  }
}
