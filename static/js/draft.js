/* Keeps what was typed but not saved in this browser, for one person and one form, and offers it back. Before it sends the
   form it asks whether the server can be reached, so that nothing is lost with the connection or the session. */
const PROBE = "/find?q=";

export function element(name, words, act) {
  const made = document.createElement(name);
  made.textContent = words;
  if (act) made.addEventListener("click", act);
  return made;
}

export function say(region, ...parts) {
  region.replaceChildren(...parts);
  region.hidden = parts.length === 0;
}

const fields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "checkbox", "submit", "button", "file"].includes(field.type));
const isTyped = (field) => field.type !== "date" && field.tagName !== "SELECT" && field.value.trim() !== "" && field.value !== field.dataset.offered;

function typed(form) {
  const all = fields(form);
  const count = all.filter(isTyped).length;
  return count ? { count, values: Object.fromEntries(all.map((field) => [field.name, field.value])) } : null;
}

async function reach() {
  try {
    const answer = await fetch(PROBE, { headers: { "X-Fragment": "1" }, cache: "no-store", redirect: "manual", credentials: "same-origin" });
    return answer.ok ? "there" : answer.type === "opaqueredirect" ? "signed out" : "gone";
  } catch {
    return "gone";
  }
}

export function keepDraft(form, region) {
  const key = `draft:${form.dataset.draft}`;
  const { recorded } = form.dataset;
  const isRefused = document.querySelector(".problem") !== null;
  let draft = JSON.parse(localStorage.getItem(key) ?? "null");
  let isReached = false;

  function keep(isSent = false) {
    const found = typed(form);
    if (!found) return localStorage.removeItem(key);
    localStorage.setItem(key, JSON.stringify({ ...found, recorded, isSent, at: Date.now() }));
  }

  function forget() {
    localStorage.removeItem(key);
    say(region);
  }

  function putBack() {
    for (const field of fields(form)) if (draft.values[field.name]) field.value = draft.values[field.name];
    say(region, element("p", "They are back. Save them to keep them."));
    fields(form).find(isTyped)?.focus();
    keep();
  }

  function offer() {
    const when = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const words = `${draft.count === 1 ? "One entry" : `${draft.count} entries`} typed here on ${when} ${draft.count === 1 ? "was" : "were"} not saved.`;
    const again = element("button", draft.count === 1 ? "Put it back" : "Put them back", putBack);
    const never = element("button", draft.count === 1 ? "Forget it" : "Forget them", forget);
    const actions = element("div", "");
    actions.className = "tools";
    for (const button of [again, never]) Object.assign(button, { className: "btn", type: "button" });
    actions.append(again, never);
    say(region, element("p", words), actions);
  }

  async function send(event) {
    if (isReached) return;
    event.preventDefault();
    const { submitter } = event;
    keep(true);
    const state = await reach();
    if (state === "there") {
      isReached = true;
      form.requestSubmit(submitter);
      isReached = false;
      return;
    }
    keep();
    if (state === "gone") return say(region, element("p", "There is no connection, so nothing is saved yet. What you typed is kept in this browser: save again when you are back."));
    const link = element("a", "Sign in");
    link.href = `/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
    const words = element("p", " again: you are signed out, so nothing is saved yet. What you typed is kept in this browser and offered back.");
    words.prepend(link);
    say(region, words);
  }

  if (draft?.isSent && draft.recorded !== recorded) {
    localStorage.removeItem(key);
    draft = null;
  }
  if (isRefused) keep();
  else if (draft) offer();
  form.addEventListener("input", () => keep());
  form.addEventListener("submit", send);
  window.addEventListener("online", () => !region.hidden && say(region, element("p", "The connection is back. Save again.")));
  return keep;
}
