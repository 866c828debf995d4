/* Swaps an element marked data-poll="URL" with the fragment at that URL until the fragment carries no data-poll.
   Each second for ten seconds, then each three; 204 means unchanged; a hidden page waits. */
const pause = (started) => (Date.now() - started < 10_000 ? 1000 : 3000);

async function look(element, started) {
  if (!document.hidden) {
    const answer = await fetch(element.dataset.poll, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
    if (answer.status === 200) {
      element = swap(element, await answer.text());
      if (!element) return;
    } else if (answer.status !== 204) return;
  }
  setTimeout(() => look(element, started), pause(started));
}

function swap(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const fresh = template.content.firstElementChild;
  if (!fresh) return null;
  const held = element.contains(document.activeElement);
  element.replaceWith(fresh);
  if (fresh.dataset.reload !== undefined) location.reload();
  if (held) fresh.querySelector("a, button")?.focus();
  return fresh.dataset.poll ? fresh : null;
}

document.querySelectorAll("[data-poll]").forEach((element) => {
  const started = Date.now();
  setTimeout(() => look(element, started), 1000);
});
