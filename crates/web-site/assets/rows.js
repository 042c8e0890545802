// Messages one after another: days, groups, whose they are.
import { all, find, make, me, parse } from "./dom.js";
import { dayKey, localise, written } from "./times.js";

const GROUP = 5 * 60_000;

/** @param {Element} row */
export const messageOf = (row) => /** @type {HTMLElement} */ (row.firstElementChild);

/** @param {Element} message */
export const seqOf = (message) => Number(/** @type {HTMLElement} */ (message).dataset.seq ?? Infinity);

/** @param {HTMLElement} message */
const at = (message) => new Date(message.dataset.at ?? 0);

/**
 * A message's article in a row of its own, ready for its reader.
 * @param {string | HTMLElement} source
 */
export function rowOf(source) {
  const message = typeof source === "string" ? parse(source) : source;
  const row = make("div", { class: "row" }, message);
  dress(row);
  return row;
}

/**
 * Adds what depends on the reader.
 * @param {Element} row
 */
export function dress(row) {
  const message = messageOf(row);
  row.classList.toggle("mine", message.dataset.author === me.username);
  const mentioned = (message.dataset.mentions ?? "").split(" ").includes(me.username.toLowerCase());
  message.classList.toggle("mentions-me", mentioned);
  for (const button of all(".reactions button", message)) {
    const isMine = (button.dataset.people ?? "").split(" ").includes(me.username);
    button.classList.toggle("mine-too", isMine);
    button.setAttribute("aria-pressed", String(isMine));
  }
  localise(message);
}

/** @param {Element | null} row */
function rowBefore(row) {
  let before = row?.previousElementSibling ?? null;
  while (before && !before.classList.contains("row")) before = before.previousElementSibling;
  return before;
}

/**
 * Draws the line of the day above a row, and joins it to the row before, as what stands before it asks for.
 * @param {Element | null} row
 */
export function arrange(row) {
  if (!row) return;
  const message = messageOf(row);
  const before = rowBefore(row);
  const earlier = before && messageOf(before);
  let line = row.previousElementSibling;
  const isNew = line?.classList.contains("new") ?? false;
  if (isNew) line = line?.previousElementSibling ?? null;
  const hasDay = line?.classList.contains("day") ?? false;
  const begins = !earlier || dayKey(at(earlier)) !== dayKey(at(message));
  if (begins && !hasDay) {
    const time = make("time", { datetime: message.dataset.at, "data-form": "day" }, written(at(message), "day"));
    (isNew ? /** @type {Element} */ (row.previousElementSibling) : row).before(
      make("div", { class: "day", role: "separator" }, make("span", {}, time)),
    );
  }
  if (!begins && hasDay) line?.remove();
  row.classList.toggle("cont", !begins && !isNew && !!earlier && goesOn(earlier, message));
}

/**
 * @param {HTMLElement} earlier
 * @param {HTMLElement} message
 */
function goesOn(earlier, message) {
  return (
    !!message.dataset.author &&
    earlier.dataset.author === message.dataset.author &&
    at(message).getTime() - at(earlier).getTime() <= GROUP &&
    !earlier.classList.contains("is-deleted") &&
    !("forwarded" in message.dataset)
  );
}

/**
 * Arranges all rows anew: the server drew the days of UTC.
 * @param {HTMLElement} log
 */
export function arrangeAll(log) {
  for (const row of all(".row", log)) {
    dress(row);
    arrange(row);
  }
  localise(log);
}

/**
 * A message that is still on its way.
 * @param {import("./outbox.js").Item} item
 * @param {{title: string, text: string} | null} quote
 */
export function pendingRow(item, quote) {
  const text = make("div", { class: "text", dir: "auto" }, item.text);
  const bubble = make("div", { class: "bubble" });
  if (quote) bubble.append(make("span", { class: "quote" }, make("strong", {}, quote.title), make("span", {}, quote.text)));
  bubble.append(make("div", { class: "line" }, text, make("p", { class: "meta" })));
  const message = make(
    "article",
    { class: "message pending", tabindex: "-1", "data-client": item.client_id, "data-at": item.at, "data-author": me.username },
    bubble,
  );
  return make("div", { class: "row mine" }, message);
}

/**
 * Puts a row among the others by the place of its message, before those that are still on their way.
 * @param {HTMLElement} log
 * @param {HTMLElement} row
 */
export function insert(log, row) {
  const seq = seqOf(messageOf(row));
  const rows = all(".row", log);
  let after = rows.length - 1;
  while (after >= 0 && seqOf(messageOf(rows[after])) > seq) after--;
  if (after >= 0) rows[after].after(row);
  else if (rows[0]) {
    let first = /** @type {Element} */ (rows[0]);
    while (first.previousElementSibling?.matches(".day, .new")) first = first.previousElementSibling;
    first.before(row);
  } else {
    const end = find(".newer", log);
    if (end) end.before(row);
    else log.append(row);
  }
  let next = row.nextElementSibling;
  while (next && !next.classList.contains("row")) next = next.nextElementSibling;
  arrange(row);
  arrange(next);
}
