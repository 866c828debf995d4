/* Find as a combobox whose list comes from the server, and the keys of /help/keys/. Without this file Find is a plain form.
   Keys without a modifier do nothing while somebody types, and nothing at all where preferences switch them off. */
const PLACES = { o: "overview", i: "initiatives", r: "risk", a: "alerts" };
const ROWS = "main :is(tbody tr, .dec > li, .hits > li)";
const WAIT_FOR_TYPING = 120;
const WAIT_FOR_SECOND_KEY = 1500;
const hasShortcuts = document.body.dataset.shortcuts !== undefined;
const form = document.querySelector("[data-find]");
const box = form.querySelector("input");
const popup = form.querySelector(".finds");
const list = popup.querySelector("[role=listbox]");
const status = popup.querySelector("[role=status]");

async function fragment(address, signal) {
  const answer = await fetch(address, { headers: { "X-Fragment": "1" }, credentials: "same-origin", signal });
  if (!answer.ok || answer.redirected) throw new Error(`${address} answered ${answer.status}`);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

/* Find */
let waiting = 0;
let asked = new AbortController();
const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function becomeCombobox() {
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-keyshortcuts", hasShortcuts ? "Control+/ /" : "Control+/");
}

function show(found) {
  list.replaceChildren(...found.children);
  const count = options().length;
  list.hidden = count === 0;
  status.className = count ? "vh" : "";
  status.textContent = count ? `${count} found` : "Nothing is found. Fewer letters find more.";
  choose(null);
  popup.hidden = false;
  box.setAttribute("aria-expanded", String(count > 0));
}

function close() {
  clearTimeout(waiting);
  asked.abort();
  popup.hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

async function look() {
  asked = new AbortController();
  try {
    show(await fragment(`${form.action}?q=${encodeURIComponent(box.value)}`, asked.signal));
  } catch {
    /* Typed on, or out of reach: Enter still sends the form. */
  }
}

function choose(option) {
  options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
  if (!option) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  const place = all.indexOf(chosen());
  const next = place < 0 && by < 0 ? all.length - 1 : place + by;
  choose(all[next] ?? null);
}

function onKeyInBox(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const isOpen = !popup.hidden;
  if (event.key === "Escape" && isOpen) close();
  else if (event.key === "Enter" && isOpen && chosen()) chosen().click();
  else if (event.key === "ArrowDown" && isOpen) step(1);
  else if (event.key === "ArrowUp" && isOpen) step(-1);
  else if (event.key === "ArrowDown" && box.value.trim()) look();
  else return;
  event.preventDefault();
}

function onTyping() {
  clearTimeout(waiting);
  asked.abort();
  if (box.value.trim()) waiting = setTimeout(look, WAIT_FOR_TYPING);
  else close();
}

function goToFind() {
  if (!box.checkVisibility()) return location.assign(form.action);
  box.focus();
  box.select();
}

/* The keys */
let isAfterG = 0;

function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]");
}

function rows() {
  const links = [...document.querySelectorAll(ROWS)].map((row) => row.querySelector("a[href]"));
  return links.filter((link) => link?.checkVisibility());
}

function move(by) {
  const links = rows();
  const row = document.activeElement.closest(ROWS);
  const place = row ? links.indexOf(row.querySelector("a[href]")) : -1;
  const next = links[place < 0 ? 0 : Math.min(Math.max(place + by, 0), links.length - 1)];
  next?.focus({ focusVisible: true });
  next?.closest(ROWS).scrollIntoView({ block: "nearest" });
}

function open() {
  const row = document.activeElement.closest(ROWS);
  row?.querySelector("a[href]")?.click();
}

function mark() {
  document.activeElement.closest(ROWS)?.querySelector("input[type=checkbox]")?.click();
}

function go(letter) {
  document.querySelector(`.top nav [data-page="${PLACES[letter]}"]`)?.click();
}

async function showKeys() {
  const address = "/help/keys/";
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.innerHTML = '<h2 id="keys-title">Keyboard</h2><div></div><form method="dialog"><button class="btn" autofocus>Close</button></form>';
  try {
    dialog.querySelector("div").replaceChildren(await fragment(address));
  } catch {
    return location.assign(address);
  }
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const KEYS = { "/": goToFind, "?": showKeys, j: () => move(1), k: () => move(-1), o: open, x: mark };

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "/" && event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    return goToFind();
  }
  if (!hasShortcuts || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const isSecond = Date.now() - isAfterG < WAIT_FOR_SECOND_KEY;
  isAfterG = !isSecond && event.key === "g" ? Date.now() : 0;
  const act = isSecond ? event.key in PLACES && (() => go(event.key)) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

becomeCombobox();
form.addEventListener("keydown", onKeyInBox);
box.addEventListener("input", onTyping);
form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || close());
popup.addEventListener("pointerdown", (event) => event.preventDefault());
document.addEventListener("keydown", onKey);

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
