// What keeps the pages of those who are signed in current. Without it they work, one load at a time.
import * as chats from "./chats.js";
import { Conversation } from "./conversation.js";
import * as dialogs from "./dialogs.js";
import { all, find, kept, post } from "./dom.js";
import { live } from "./live.js";
import * as navigate from "./navigate.js";
import { outbox } from "./outbox.js";

chats.start();
outbox.start();
dialogs.start();
navigate.start();
customElements.define("natter-conversation", Conversation);

live.on("user.updated", ({ user }) => {
  const name = CSS.escape(user.username);
  for (const place of all(`[data-name="${name}"]`)) place.textContent = user.name;
  for (const picture of all(`[data-avatar="${name}"]`)) picture.setAttribute("src", user.avatar);
});
live.on("presence", ({ username, online }) => {
  for (const dot of all(`[data-presence="${CSS.escape(username)}"]`)) dot.toggleAttribute("data-online", online);
});
// More changed than can be told one by one.
let refreshing = false;
live.on("reset", () => (refreshing = true));
live.on("resumed", () => {
  if (refreshing) navigate.refresh();
  refreshing = false;
});
live.start();

find("#themes")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = /** @type {HTMLButtonElement} */ (/** @type {SubmitEvent} */ (event).submitter);
  document.documentElement.dataset.theme = chosen.value;
  for (const button of all("#themes button")) button.setAttribute("aria-pressed", String(button === chosen));
  post("/theme", { theme: chosen.value }).catch(() => {});
});

// What one wrote stays with whom wrote it.
find("#sign-out")?.addEventListener("submit", () => kept.set("outbox", null));

const menu = find("#me-menu");
addEventListener("click", (event) => !menu?.contains(/** @type {Node} */ (event.target)) && menu?.removeAttribute("open"));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.hasAttribute("open")) return;
  menu.removeAttribute("open");
  find("summary", menu)?.focus();
});
