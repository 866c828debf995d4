/* Entering a month of readings: Enter moves down, several pasted lines fill the rows below, and what was typed but not
   sent is kept in this browser until something newer is recorded. The form works without any of it. */
const form = document.getElementById("entry");
const values = [...form.querySelectorAll('input[name$="-value"]')];
const key = `draft:${location.pathname}`;

form.addEventListener("keydown", (event) => {
  const place = values.indexOf(event.target);
  if (event.key !== "Enter" || place < 0 || place === values.length - 1) return;
  event.preventDefault();
  values[place + 1].focus();
});

form.addEventListener("paste", (event) => {
  const place = values.indexOf(event.target);
  const lines = (event.clipboardData?.getData("text") ?? "").trim().split(/\r?\n/);
  if (place < 0 || lines.length < 2) return;
  event.preventDefault();
  values.slice(place).forEach((field, index) => {
    if (index < lines.length) field.value = lines[index].split("\t")[0].trim();
  });
  keep();
});

function typed() {
  const fields = [...form.querySelectorAll("input[name]:not([type=hidden], [type=checkbox])")];
  return Object.fromEntries(fields.filter((field) => field.value !== field.defaultValue).map((field) => [field.name, field.value]));
}

function keep() {
  localStorage.setItem(key, JSON.stringify({ recorded: form.dataset.recorded, typed: typed() }));
}

function restore() {
  const draft = JSON.parse(localStorage.getItem(key) ?? "null");
  localStorage.removeItem(key);
  if (draft?.recorded !== form.dataset.recorded) return;
  for (const [name, value] of Object.entries(draft.typed)) {
    const field = form.elements.namedItem(name);
    if (field && field.value === field.defaultValue) field.value = value;
  }
  if (Object.keys(draft.typed).length) keep();
}

form.addEventListener("input", keep);
restore();
