// What can be done with a message: a bar that follows the pointer and the keyboard.
import { isMine } from "./composer.js";
import { askSure, forward } from "./dialogs.js";
import { all, complain, find, make, parse, post } from "./dom.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🎉", "🙏", "👀", "🔥", "✅", "💯", "🤔", "👏", "😍", "😅", "👎"];

/**
 * @param {import("./conversation.js").Conversation} conversation
 * @param {AbortSignal} signal
 */
export function openActions(conversation, signal) {
  const template = /** @type {HTMLTemplateElement | null} */ (find("#t-toolbar"));
  const log = /** @type {HTMLElement} */ (conversation.log);
  if (!template) return;
  const bar = parse(template.innerHTML);
  /** @type {HTMLElement | null} */
  let message = null;
  const url = () => `/chats/${conversation.chat}/messages/${message?.dataset.id}`;

  const attach = (/** @type {HTMLElement | null} */ target) => {
    if (target === message || find(".picker", log)) return;
    message = target;
    if (!target || target.matches(".pending, .is-deleted")) return void bar.remove();
    const mine = isMine(target);
    const manages = ["owner", "admin"].includes(conversation.dataset.role ?? "") && !conversation.isDirect;
    const allowed = /** @type {Record<string, boolean>} */ ({
      react: !!conversation.composer,
      reply: !!conversation.composer,
      edit: mine && !!conversation.composer && !("forwarded" in target.dataset),
      delete: mine || manages,
    });
    for (const button of all("[data-do]", bar)) button.hidden = allowed[button.dataset.do ?? ""] === false;
    find("a[data-do=open]", bar)?.setAttribute("href", url());
    target.append(bar);
  };

  const act = async (/** @type {string} */ name) => {
    const target = message;
    if (!target) return;
    const its = url();
    try {
      if (name === "reply") conversation.composer?.reply(target);
      if (name === "edit") await conversation.composer?.edit(target);
      if (name === "forward") forward(conversation.chat, target);
      if (name === "react") pick(target, (emoji) => post(`${its}/reactions`, { reaction: emoji }).catch(complain));
      if (name === "delete" && (await askSure("delete"))) await post(`${its}/delete`);
    } catch (error) {
      complain(error);
    }
  };

  const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) =>
    log.addEventListener(type, listener, { signal });
  const within = (/** @type {Event} */ event) =>
    /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.(".message") ?? null);
  on("pointerover", (event) => event.pointerType === "mouse" && within(event) && attach(within(event)));
  on("pointerleave", (event) => event.pointerType === "mouse" && !bar.contains(document.activeElement) && attach(null));
  on("focusin", (event) => attach(within(event)));
  on("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-do]"));
    if (button?.dataset.do && button.dataset.do !== "open") return void act(button.dataset.do);
    const quote = /** @type {HTMLAnchorElement | null} */ (target.closest("a.quote"));
    const quoted = quote && find(quote.hash, log);
    if (quoted && !quoted.classList.contains("is-deleted")) {
      event.preventDefault();
      return conversation.mark(quoted);
    }
    if (!target.closest("a, button, .picker")) attach(within(event));
  });
  on("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches(".reactions")) return;
    event.preventDefault();
    post(form.action, { reaction: event.submitter?.value ?? "" }).catch(complain);
  });
  on("keydown", (event) => {
    const isHere = event.target === log || event.target === within(event);
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || !isHere) return;
    const messages = all(".message", log);
    const at = event.target === log ? messages.length : messages.indexOf(event.target);
    const next = messages[at + (event.key === "ArrowUp" ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/**
 * @param {HTMLElement} message
 * @param {(emoji: string) => void} chosen
 */
function pick(message, chosen) {
  const close = () => {
    picker.remove();
    document.removeEventListener("pointerdown", outside, true);
  };
  const outside = (/** @type {Event} */ event) => !picker.contains(/** @type {Node} */ (event.target)) && close();
  const buttons = EMOJI.map((emoji) =>
    make("button", { type: "button", onclick: () => (close(), message.focus(), chosen(emoji)) }, emoji),
  );
  const picker = make("div", { class: "picker", role: "menu", onkeydown: (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    message.focus();
  } }, ...buttons);
  const row = /** @type {HTMLElement} */ (message.closest(".row"));
  const box = message.getBoundingClientRect();
  picker.classList.toggle("left", !row.classList.contains("mine"));
  picker.classList.toggle("under", box.top < 220);
  message.append(picker);
  document.addEventListener("pointerdown", outside, true);
  buttons[0].focus({ preventScroll: true });
}
