// Where one writes: grows, keeps drafts, replies, edits, completes.
import { complain, find, get, kept, me, paced, post, say, all } from "./dom.js";
import { live } from "./live.js";
import { completeComposer } from "./complete.js";

export class Composer {
  /** @type {{edit?: number, reply?: number}} */
  #about = {};
  #types = paced(() => live.send({ type: "typing", chat_id: this.conversation.chat }), 2500);

  /**
   * @param {import("./conversation.js").Conversation} conversation
   * @param {HTMLElement} form
   * @param {AbortSignal} signal
   */
  constructor(conversation, form, signal) {
    this.conversation = conversation;
    this.field = /** @type {HTMLTextAreaElement} */ (find("textarea", form));
    this.form = form;
    const reply = /** @type {HTMLInputElement | null} */ (find("input[name=reply_to]", form));
    if (reply) this.#about.reply = Number(reply.value);
    this.field.value ||= kept.get(`draft.${conversation.chat}`) ?? "";
    const isCompleting = completeComposer(this.field, conversation, signal);
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()), { signal });
    this.field.addEventListener("input", () => this.#written(), { signal });
    this.field.addEventListener("keydown", (event) => !isCompleting() && this.#key(event), { signal });
    find("[data-context-close]", form)?.addEventListener("click", (event) => (event.preventDefault(), this.cancel()), { signal });
    this.#grow();
    if (matchMedia("(pointer: fine)").matches && !location.hash) this.field.focus({ preventScroll: true });
  }

  #written() {
    this.#grow();
    if (this.#about.edit) return;
    kept.set(`draft.${this.conversation.chat}`, this.field.value);
    if (this.field.value.trim()) this.#types();
  }

  /** Browsers that can't size a field to its text. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    const coarse = matchMedia("(pointer: coarse) and (hover: none)").matches;
    if (event.key === "Enter" && !event.shiftKey && !coarse) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && (this.#about.edit || this.#about.reply)) {
      event.preventDefault();
      this.cancel();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      const mine = all(".row.mine > [data-seq]:not(.is-deleted):not([data-forwarded])", this.conversation);
      const last = mine[mine.length - 1];
      if (last) {
        event.preventDefault();
        this.edit(last);
      }
    }
  }

  /** @param {HTMLElement} message */
  reply(message) {
    this.#about = { reply: Number(message.dataset.id) };
    this.#show(say("replying", { name: find(".author", message)?.textContent?.trim() ?? "" }), message);
  }

  /** @param {HTMLElement} message */
  async edit(message) {
    const id = Number(message.dataset.id);
    try {
      const source = await get(`/chats/${this.conversation.chat}/messages/${id}`);
      if (!source.may_edit) return;
      this.#about = { edit: id };
      this.field.value = source.text;
      this.#show(say("editing"), message);
      this.#grow();
    } catch (error) {
      complain(error);
    }
  }

  /**
   * @param {string} title
   * @param {HTMLElement} message
   */
  #show(title, message) {
    const context = /** @type {HTMLElement} */ (find("[data-context]", this.form));
    context.hidden = false;
    /** @type {HTMLElement} */ (find("[data-context-title]", context)).textContent = title;
    /** @type {HTMLElement} */ (find("[data-context-text]", context)).textContent = find(".text", message)?.textContent?.trim() ?? "";
    this.field.focus();
  }

  cancel() {
    const wasEdit = this.#about.edit;
    this.#about = {};
    const context = find("[data-context]", this.form);
    if (context) context.hidden = true;
    if (wasEdit) this.field.value = kept.get(`draft.${this.conversation.chat}`) ?? "";
    this.#grow();
    this.field.focus();
  }

  async #submit() {
    const text = this.field.value.trim();
    const { edit, reply } = this.#about;
    if (!text) return;
    if (edit) {
      try {
        await post(`/chats/${this.conversation.chat}/messages/${edit}`, { text });
        this.cancel();
      } catch (error) {
        complain(error);
      }
      return;
    }
    this.field.value = "";
    kept.set(`draft.${this.conversation.chat}`, null);
    this.cancel();
    this.conversation.send(text, reply);
  }
}

/** Whether the reader wrote a message. @param {HTMLElement} message */
export const isMine = (message) => message.dataset.author === me.username;
