// What a program does with the API, in the types of the document. Each step tells its outcome in a line of JSON.

import * as buffer from "node:buffer";
import { Caller } from "./caller";
import { chatOf } from "./live";
import {
  addReaction,
  createChat,
  deleteMessage,
  editMessage,
  forwardMessage,
  getAttachment,
  getChat,
  getConversation,
  getMe,
  getMessage,
  getMessageSource,
  listChats,
  listMessages,
  listUsers,
  markRead,
  searchMessages,
  sendMessage,
  sendToPerson,
  signUp,
  uploadAttachment,
  type Chat,
  type LiveCommand,
  type Message,
  type Problem,
} from "./natter";

const throwOnError = true;

// Since Node 20 it is there by itself.
Object.assign(globalThis, { File: buffer.File });

function tell(step: string, outcome: unknown): void {
  console.log(JSON.stringify({ step, outcome }));
}

/** Signing up, and how a refusal comes. */
async function accounts(baseUrl: string): Promise<[Caller, Caller]> {
  const ana = await Caller.signUp(baseUrl, "ana");
  const ben = await Caller.signUp(baseUrl, "ben");
  await Caller.signUp(baseUrl, "cleo");
  await ana.refresh();
  const { data: me } = await getMe({ client: ana.client, throwOnError });
  tell("signed up", [me.username, me.role, ana.user.id === me.id]);

  const { error } = await signUp({ client: ana.client, body: { username: "ana", password: "short" } });
  tell("refused", error && reasons(error));
  return [ana, ben];
}

function reasons(problem: Problem): unknown {
  return [problem.type, problem.status, ...(problem.errors ?? []).map(({ field, code }) => `${field} ${code}`)];
}

/** A group and a direct chat: writing, answering, reacting and forwarding. */
async function chats(ana: Caller, ben: Caller): Promise<Chat> {
  const client = ana.client;
  const { data: lunch } = await createChat({ client, body: { name: "Lunch", members: ["ben"] }, throwOnError });
  const path = { id: lunch.id };
  const { data: soup } = await sendMessage({ client, path, body: { text: "Soup, @ben?" }, throwOnError });
  const { data: answer } = await sendMessage({
    client: ben.client,
    path,
    body: { text: "At **one**", reply_to: soup.id, client_id: "soup-1" },
    throwOnError,
  });
  tell("talked", [lunch.my_role, soup.mentions, answer.reply_to?.author?.username, answer.html]);

  const reaction = { ...path, message_id: answer.id, reaction: "👍" };
  await addReaction({ client, path: reaction, throwOnError });
  const { data: liked } = await getMessage({ client, path: { ...path, message_id: answer.id }, throwOnError });
  tell("reacted", liked.reactions);

  await forwards(ana, liked);
  return lunch;
}

async function forwards(ana: Caller, message: Message): Promise<void> {
  const client = ana.client;
  const { data: hello } = await sendToPerson({
    client,
    path: { username: "cleo" },
    body: { text: "Ben says:" },
    throwOnError,
  });
  const { data: forwarded } = await forwardMessage({
    client,
    path: { id: message.chat_id, message_id: message.id },
    body: { usernames: ["cleo"] },
    throwOnError,
  });
  const [copy] = forwarded.items;
  if (!copy) throw new Error("nothing was forwarded");
  const { data: source } = await getMessageSource({
    client,
    path: { id: copy.chat_id, message_id: copy.id },
    throwOnError,
  });
  const { data: conversation } = await getConversation({ client, path: { username: "cleo" }, throwOnError });
  const texts = conversation.items.map(({ text }) => text);
  const peer = conversation.chat?.peer?.username;
  const here = copy.chat_id === hello.chat_id && source.message_id === message.id;
  tell("forwarded", [here, copy.forwarded_from?.author?.username, peer, texts]);
}

/** Up and down again, byte for byte. */
async function files(ana: Caller, ben: Caller, chat: Chat): Promise<void> {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256);
  const { data: file } = await uploadAttachment({
    client: ana.client,
    body: { file: new File([bytes], "plan.bin") },
    throwOnError,
  });
  const { data: message } = await sendMessage({
    client: ana.client,
    path: { id: chat.id },
    body: { text: "The plan", attachments: [file.id] },
    throwOnError,
  });
  const { data: blob } = await getAttachment({
    client: ben.client,
    path: { id: file.id },
    parseAs: "blob",
    throwOnError,
  });
  const back = new Uint8Array(await blob.arrayBuffer());
  const same = back.length === bytes.length && back.every((byte, index) => byte === bytes[index]);
  const carried = message.attachments.map(({ filename, content_type }) => [filename, content_type]);
  tell("sent a file", [same, file.bytes, carried, file.width ?? "no picture"]);
}

/** Finding, and going through a list page by page. */
async function lists(ana: Caller): Promise<void> {
  const { data: found } = await searchMessages({ client: ana.client, query: { q: "soup from:ana" }, throwOnError });
  tell("found", found.items.map(({ excerpt, author }) => [excerpt, author?.username]));

  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const { data: page } = await listUsers({
      client: ana.client,
      query: { limit: 2, ...(cursor && { cursor }) },
      throwOnError,
    });
    pages.push(page.items.map(({ username }) => username));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  tell("paged", pages);

  const { data: mine } = await listChats({ client: ana.client, throwOnError });
  tell("chats", mine.items.map(({ name, peer }) => name ?? peer?.username));
}

/** Hearing, sending and catching up over a live socket. */
async function live(ana: Caller, ben: Caller, chat: Chat): Promise<void> {
  const path = { id: chat.id };
  const hers = await ana.listen();
  let his = await ben.listen();

  const send: LiveCommand = { type: "send", client_id: "live-1", chat_id: chat.id, text: "Bread, too?" };
  hers.send(send);
  const { message } = await hers.expect("ack");
  const created = await his.expect("message.created");
  tell("heard", [created.message.id === message.id, created.message.client_id, chatOf(created) === chat.id]);

  const edited = { ...path, message_id: message.id };
  await editMessage({ client: ana.client, path: edited, body: { text: "Cake, too?" }, throwOnError });
  const updated = await his.expect("message.updated");
  his.send({ type: "typing", chat_id: chat.id });
  const typing = await hers.expect("typing");
  await markRead({ client: ben.client, path, body: { seq: message.seq }, throwOnError });
  const read = await hers.expect("read");
  await deleteMessage({ client: ana.client, path: edited, throwOnError });
  const deleted = await his.expect("message.deleted");
  tell("changes", [updated.message.text, typing.username, read.seq === message.seq, deleted.message.text]);

  hers.send({ type: "send", client_id: "live-2", chat_id: 999_999, text: "Anybody?" });
  const refused = await hers.expect("error");
  tell("refused live", [refused.client_id, reasons(refused.problem)]);

  await his.close();
  for (const text of ["Where are you?", "Ben?"]) {
    await sendMessage({ client: ana.client, path, body: { text }, throwOnError });
  }
  his = await ben.listen();
  his.send({ type: "resume", chats: { [chat.id]: deleted.message.rev } });
  const missed = [await his.expect("message.created"), await his.expect("message.created")];
  const { chats } = await his.expect("resumed");
  const { data: now } = await getChat({ client: ben.client, path, throwOnError });
  tell("caught up", [missed.map((event) => event.message.text), chats[chat.id] === now.last_rev]);

  await hers.close();
  await his.close();
  const { data: history } = await listMessages({ client: ben.client, path, query: { limit: 2 }, throwOnError });
  tell("history", [history.has_before, history.items.map(({ text }) => text)]);
}

async function main(): Promise<void> {
  const [, , baseUrl] = process.argv;
  if (!baseUrl) throw new Error("usage: node main.js BASE_URL");
  const [ana, ben] = await accounts(baseUrl);
  const lunch = await chats(ana, ben);
  await files(ana, ben, lunch);
  await lists(ana);
  await live(ana, ben, lunch);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
