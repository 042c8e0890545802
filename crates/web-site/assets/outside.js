// Before signing in: how easily a password is guessed, and what it is.
import words from "./words.js";

const password = /** @type {HTMLInputElement | null} */ (document.querySelector("input[autocomplete=new-password]"));

/**
 * 0 to 3: length counts most, then how different its characters are.
 * @param {string} text
 */
function strength(text) {
  const kinds = new Set(text).size;
  const points = Math.min(text.length, kinds * 1.6) + (/\d/.test(text) ? 1 : 0) + (/[^\w]/.test(text) ? 2 : 0);
  return text.length < 8 ? 0 : points < 11 ? 1 : points < 15 ? 2 : 3;
}

if (password) {
  const meter = document.createElement("meter");
  const word = document.createElement("span");
  const line = document.createElement("p");
  Object.assign(meter, { max: 3, low: 2, high: 3, optimum: 3 });
  line.className = "meter";
  line.hidden = true;
  word.setAttribute("aria-live", "polite");
  line.append(meter, word);
  password.after(line);
  password.addEventListener("input", () => {
    const points = strength(password.value);
    line.hidden = !password.value;
    meter.value = points;
    word.textContent = [words.weak, words.weak, words.fair, words.good][points];
  });
}
