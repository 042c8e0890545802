// What the types forbid and promise. It is compiled, not run: each line that follows a mark must be refused.

import {
  type Attachment,
  type Chat,
  type ChatPage,
  type ChatUpdatedEvent,
  type FieldError,
  type LiveCommand,
  type LiveEvent,
  type Message,
  type Person,
  type Problem,
  type Reply,
  sendMessage,
  type SendMessage,
} from "./natter";

export const unknown: SendMessage = {
  text: "Soup?",
  // @ts-expect-error A misspelt field.
  replyto: 7,
};

// @ts-expect-error A field that is required.
export const missing: SendMessage = {};

// @ts-expect-error A frame that has no name.
export const nameless: LiveCommand = { type: "shout", chat_id: 7 };

// @ts-expect-error Which chat is missing.
sendMessage({ body: { text: "Soup?" } });

export function nameOf(chat: Chat): string {
  // @ts-expect-error A direct chat has no name.
  return chat.name;
}

export function textOf(event: LiveEvent): string {
  // @ts-expect-error Not every frame is about a message.
  return event.message.text;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What is always there is not optional, what may be null says so, and nothing is `unknown`. */
export const promised: [
  Same<Message["text"], string>,
  Same<Message["author"], Person | null>,
  Same<Message["reply_to"], Reply | null>,
  Same<Message["attachments"], Attachment[]>,
  Same<Chat["last_rev"], number>,
  Same<Chat["my_role"], "owner" | "admin" | "member" | null>,
  Same<ChatPage["items"], Chat[]>,
  Same<ChatPage["next_cursor"], string | null>,
  Same<Problem["errors"], FieldError[] | undefined>,
  Same<Problem["retry_after"], number | undefined>,
  Same<LiveCommand["type"], "send" | "typing" | "read" | "resume" | "ping">,
  Same<ChatUpdatedEvent["name"], string | null>,
] = [true, true, true, true, true, true, true, true, true, true, true, true];
