// Times in the reader's own clock and words.
import { all, say } from "./dom.js";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const oldDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/**
 * How many midnights lie between a time and now.
 * @param {Date} at
 */
function daysAgo(at) {
  const midnight = (/** @type {Date} */ date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(at)) / 86_400_000);
}

/** @param {Date} at */
export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;

/**
 * @param {Date} at
 * @param {string} form
 */
export function written(at, form) {
  const ago = daysAgo(at);
  if (form === "short") {
    if (Math.abs(Date.now() - at.getTime()) < 60_000) return say("now");
    return ago <= 0 ? clock.format(at) : ago < 7 ? weekday.format(at) : shortDay.format(at);
  }
  if (form === "day") {
    if (ago === 0) return say("today");
    if (ago === 1) return say("yesterday");
    return ago > 0 && ago < 300 ? longDay.format(at) : oldDay.format(at);
  }
  return form === "full" ? full.format(at) : clock.format(at);
}

/**
 * Makes the times in a part of the page local.
 * @param {ParentNode} root
 */
export function localise(root) {
  for (const time of all("time[datetime]", root)) {
    const at = new Date(time.getAttribute("datetime") ?? "");
    if (Number.isNaN(at.getTime())) continue;
    const text = written(at, time.dataset.form ?? "clock");
    if (time.textContent !== text) time.textContent = text;
    time.title = full.format(at);
  }
}
