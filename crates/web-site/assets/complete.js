// Completing names and emoji as one types.
import { all, find, get, make, me } from "./dom.js";

const SMILEYS = /** @type {Record<string, string>} */ ({
  smile: "😄", grin: "😁", joy: "😂", laugh: "😆", wink: "😉", blush: "😊", heart: "❤️", heart_eyes: "😍", kiss: "😘", think: "🤔",
  cry: "😢", sob: "😭", angry: "😠", wow: "😮", cool: "😎", sweat: "😅", sleep: "😴", sick: "🤒", party: "🥳", shrug: "🤷",
  thumbsup: "👍", thumbsdown: "👎", clap: "👏", wave: "👋", pray: "🙏", ok: "👌", muscle: "💪", eyes: "👀", fire: "🔥", tada: "🎉",
  rocket: "🚀", star: "⭐", check: "✅", cross: "❌", hundred: "💯", coffee: "☕", beer: "🍺", pizza: "🍕", cake: "🎂", sun: "☀️",
  rain: "🌧️", dog: "🐶", cat: "🐱", bug: "🐛", bulb: "💡", warning: "⚠️", question: "❓", clock: "🕐", gift: "🎁", rose: "🌹",
});

/** @typedef {{value: string, label: string, sub?: string, avatar?: string}} Choice */

/**
 * A list of choices under or above a field.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {HTMLElement} place where the list stands
 * @param {(choice: Choice) => void} take
 * @param {AbortSignal} [signal]
 */
function listbox(field, place, take, signal) {
  const id = `s-${field.id}`;
  const list = make("ul", { class: "suggestions", id, role: "listbox", hidden: true });
  /** @type {Choice[]} */
  let choices = [];
  let at = 0;
  place.append(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);

  const close = () => {
    choices = [];
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  };
  const mark = () => {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    if (list.children[at]) field.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (/** @type {number} */ index) => {
    const choice = choices[index];
    close();
    if (choice) take(choice);
  };
  const show = (/** @type {Choice[]} */ found) => {
    choices = found.slice(0, 8);
    at = 0;
    list.hidden = choices.length === 0;
    list.replaceChildren(...choices.map((choice, index) => {
      const item = make("li", { role: "option", id: `${id}-${index}` });
      if (choice.avatar) item.append(make("img", { class: "avatar", src: choice.avatar, alt: "", width: 28, height: 28 }));
      item.append(make("span", { dir: "auto" }, choice.label));
      if (choice.sub) item.append(make("small", {}, choice.sub));
      item.addEventListener("pointerdown", (event) => (event.preventDefault(), choose(index)));
      return item;
    }));
    mark();
  };
  field.addEventListener("keydown", (event) => {
    const key = /** @type {KeyboardEvent} */ (event).key;
    if (!choices.length) return;
    if (key === "ArrowDown" || key === "ArrowUp") at = (at + (key === "ArrowDown" ? 1 : -1) + choices.length) % choices.length;
    else if (key === "Enter" || key === "Tab") choose(at);
    else if (key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (choices.length) mark();
  }, { signal, capture: true });
  field.addEventListener("blur", () => setTimeout(close, 150), { signal });
  return { show, close, isOpen: () => choices.length > 0 };
}

/** @param {any[]} people @returns {Choice[]} */
const asChoices = (people) =>
  people.map((person) => ({ value: person.username, label: person.name, sub: `@${person.username}`, avatar: person.avatar }));

/**
 * Completes usernames in a field of a form: one, or several parted by commas.
 * @param {HTMLInputElement} field
 */
export function completeField(field) {
  const many = field.dataset.complete === "people";
  const begin = () => (many ? field.value.lastIndexOf(",") + 1 : 0);
  const list = listbox(field, /** @type {HTMLElement} */ (field.parentElement), (choice) => {
    const head = field.value.slice(0, begin());
    field.value = `${head}${head ? " " : ""}${choice.value}${many ? ", " : ""}`;
  });
  field.addEventListener("input", async () => {
    const word = field.value.slice(begin()).trim().replace(/^@/, "");
    if (!word) return list.close();
    const people = await get(`/people?q=${encodeURIComponent(word)}`).catch(() => []);
    if (field.value.slice(begin()).trim().replace(/^@/, "") !== word) return;
    const named = new Set(many ? field.value.slice(0, begin()).split(",").map((name) => name.trim().toLowerCase()) : []);
    list.show(asChoices(people.filter((/** @type {any} */ person) => !named.has(person.username.toLowerCase()))));
  });
}

/**
 * Completes `@name` and `:smile:` in the composer; tells whether a list is open.
 * @param {HTMLTextAreaElement} field
 * @param {HTMLElement} conversation
 * @param {AbortSignal} signal
 */
export function completeComposer(field, conversation, signal) {
  const word = () => /(?:^|\s)([@:][\w.+-]*)$/.exec(field.value.slice(0, field.selectionStart))?.[1] ?? "";
  const list = listbox(field, /** @type {HTMLElement} */ (field.closest(".below")), (choice) => {
    field.setRangeText(`${choice.value} `, field.selectionStart - word().length, field.selectionStart, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, signal);
  field.addEventListener("input", () => {
    const typed = word().toLowerCase();
    if (typed.startsWith("@")) return list.show(members(conversation, typed.slice(1)));
    if (typed.startsWith(":") && typed.length > 2) {
      const found = Object.entries(SMILEYS).filter(([name]) => name.includes(typed.slice(1)));
      return list.show(found.map(([name, emoji]) => ({ value: emoji, label: `${emoji} :${name}:` })));
    }
    list.close();
  }, { signal });
  field.addEventListener("input", () => {
    const whole = /(?:^|\s)(:([\w+-]+):)$/.exec(field.value.slice(0, field.selectionStart));
    const emoji = whole && SMILEYS[whole[2]];
    if (emoji) field.setRangeText(emoji, field.selectionStart - whole[1].length, field.selectionStart, "end");
  }, { signal });
  return list.isOpen;
}

/**
 * @param {HTMLElement} conversation
 * @param {string} typed
 * @returns {Choice[]}
 */
function members(conversation, typed) {
  return all("[data-member]", conversation)
    .map((item) => ({
      value: `@${item.dataset.member}`,
      label: find("[data-name]", item)?.textContent ?? "",
      sub: `@${item.dataset.member}`,
      avatar: find("img", item)?.getAttribute("src") ?? undefined,
    }))
    .filter((choice) => choice.value !== `@${me.username}` && `${choice.sub} ${choice.label}`.toLowerCase().includes(typed));
}

/** @param {ParentNode} root */
export function start(root) {
  for (const field of all("input[data-complete]", root)) completeField(/** @type {HTMLInputElement} */ (field));
}
