/* What a save recorded is no draft any more, so what was kept of it in this browser goes. Takes the button away that undoes what was just done: after ten seconds, and not while somebody points at the message
   or has the focus in it. Without this file the button stays, and the server says when it is too late. */
const SHOWN = 10_000;
const STEP = 250;

function forgetSent(key) {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith("draft:") || !name.includes(`:${key}:`)) continue;
    if (JSON.parse(localStorage.getItem(name)).isSent) localStorage.removeItem(name);
  }
}

document.querySelectorAll("[data-undo]").forEach((form) => {
  const [, , key, act] = new URL(form.action).pathname.split("/");
  if (act === "undo") forgetSent(decodeURIComponent(key));
  const note = form.closest(".note");
  let left = SHOWN;
  const clock = setInterval(() => {
    if (note.matches(":hover, :focus-within") || document.hidden) return;
    left -= STEP;
    if (left > 0) return;
    clearInterval(clock);
    form.remove();
  }, STEP);
});
