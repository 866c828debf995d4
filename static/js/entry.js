/* Entering a month of readings or costs: Enter moves down and saves after the last, cells pasted from a spreadsheet fill the rows
   below or those that they name, and what was typed but not saved is kept. The form works without any of it. */
import { element, keepDraft, say } from "./draft.js";

const form = document.getElementById("entry");
const said = document.getElementById("entry-said");
const rows = [...form.querySelectorAll("tr[data-row]")];
const values = rows.map((row) => row.querySelector('input[name$="-value"]'));
const places = new Map(rows.map((row, index) => [row.dataset.row.toLowerCase(), index]));
const mark = form.dataset.decimal;
const NUMBER = /^[-+−(]?\s?(\p{Sc}|[A-Z]{3})?\s?[-+−]?[\d.,'’\s]*\d[\d.,'’\s]*(\p{Sc}|[A-Z]{3}|%)?\s?\)?$/u;
const COMMA = /\..*,|\d,(\d{1,2}|\d{4,})(\D|$)/;
const POINT = /,.*\.|\d\.(\d{1,2}|\d{4,})(\D|$)/;
const isNumber = (text) => NUMBER.test(text);
const keep = keepDraft(form, said);

function onEnter(event) {
  const place = values.indexOf(event.target);
  if (event.key !== "Enter" || place < 0 || place === values.length - 1 || event.isComposing) return;
  event.preventDefault();
  values[place + 1].focus();
  values[place + 1].select();
}

const cellsOf = (text) => text.replace(/[\r\n]+$/, "").split(/\r?\n/).map((line) => line.split("\t").map((cell) => cell.trim()));

/* Only where the cells themselves show that they were written with the other decimal mark. */
function foreign(cells) {
  const [commas, points] = [COMMA, POINT].map((shape) => cells.some((cell) => isNumber(cell) && shape.test(cell)));
  return commas !== points && (commas ? "," : ".") !== mark;
}

const swapped = (cell) => cell.replace(/[.,]/g, (found) => (found === "." ? "," : "."));

/* Where each pasted value goes: by the name in its first cell where one is known, else down from the field. */
function planned(block, start) {
  const isNamed = block.some((row) => row.length > 1 && places.has(row[0].toLowerCase()));
  if (isNamed) {
    return block.filter((row) => row.some(isNumber)).map((row) => ({ place: places.get(row[0].toLowerCase()), value: row.findLast(isNumber), name: row[0] }));
  }
  const isAcross = block.length === 1 && block[0].every((cell) => isNumber(cell) || !cell);
  const down = isAcross ? block[0].map((cell) => [cell]) : block;
  return down.map((row, index) => ({ place: start + index, value: row[0], note: isNumber(row[1] ?? "") ? "" : row[1], more: row.slice(1).filter(isNumber) }));
}

function fill(plan) {
  const left = [];
  let filled = 0;
  for (const { place, value, note, name, more } of plan) {
    const field = values[place];
    left.push(...(more ?? []));
    if (!value) continue;
    if (!field) {
      left.push(name ? `${name}: ${value}` : value);
      continue;
    }
    field.value = value;
    filled += 1;
    const notes = note && form.elements.namedItem(field.name.replace(/-value$/, "-note"));
    if (notes) notes.value = note;
  }
  return { filled, left };
}

function onPaste(event) {
  const start = values.indexOf(event.target);
  let block = cellsOf(event.clipboardData?.getData("text") ?? "");
  if (start < 0 || block.flat().length < 2) return;
  event.preventDefault();
  const isForeign = foreign(block.flat());
  if (isForeign) block = block.map((row) => row.map((cell) => (isNumber(cell) ? swapped(cell) : cell)));
  const { filled, left } = fill(planned(block, start));
  const words = [filled === 1 ? "One value is filled in." : `${filled} values are filled in.`];
  if (isForeign) words.push(`They were read with a decimal ${mark === "." ? "comma" : "point"}.`);
  if (left.length) words.push(`${left.length === 1 ? "One does" : `${left.length} do`} not fit and ${left.length === 1 ? "is" : "are"} left out: ${left.slice(0, 8).join("; ")}${left.length > 8 ? " …" : ""}.`);
  said.classList.toggle("warning", left.length > 0);
  say(said, element("p", words.join(" ")));
  keep();
}

form.addEventListener("keydown", onEnter);
form.addEventListener("paste", onPaste);
