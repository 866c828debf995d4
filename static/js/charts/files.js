/* A chart as a picture (light tokens on white, with title, unit, date and source) and its numbers as CSV. */
const WIDTH = 1200;
const MARGIN = 32;
const SCALE = 2;
const [WIDE, HIGH] = [17, 12];
const TEXT = "#22334D";
const HEIGHTS = { tall: 560, small: 360 };

export function offerFiles(canvas, data, build) {
  const figure = canvas.closest("figure");
  const offer = (kind, save) => figure.querySelector(`[data-get=${kind}]`)?.addEventListener("click", save);
  offer("png", () => picture(canvas, build).toBlob((blob) => hand(blob, `${canvas.id}.png`)));
  offer("csv", () => hand(new Blob([sheet(data)], { type: "text/csv" }), `${canvas.id}.csv`));
}

/* The theme is light only between two frames, so that nothing flickers. */
function picture(canvas, build) {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = "light";
  try {
    return drawn(canvas, build);
  } finally {
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
  }
}

function drawn(canvas, build) {
  const height = HEIGHTS[["tall", "small"].find((name) => canvas.parentElement.classList.contains(name))] ?? 440;
  const inner = document.createElement("canvas");
  [inner.width, inner.height] = [WIDTH - 2 * MARGIN, height];
  const config = build();
  const options = { ...config.options, responsive: false, devicePixelRatio: SCALE };
  const chart = new window.Chart(inner, { ...config, options });
  const told = words(canvas);
  const marks = [...(canvas.closest("figure").previousElementSibling?.querySelectorAll(":scope.key > span") ?? [])];
  const top = marks.length ? 122 : 90;
  const sheetHeight = height + top + 60;
  const page = document.createElement("canvas");
  [page.width, page.height] = [WIDTH * SCALE, sheetHeight * SCALE];
  const pen = page.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, WIDTH, sheetHeight);
  pen.drawImage(inner, MARGIN, top, WIDTH - 2 * MARGIN, height);
  chart.destroy();
  write(pen, told.title, 44, "600 22px", "#131820");
  write(pen, told.unit, 72, "15px", "#434D5B");
  write(pen, told.source, sheetHeight - 24, "13px", "#434D5B");
  writeKey(pen, marks, 100);
  return page;
}

/* The key above the chart, in the shapes and colours that its marks have now. */
function writeKey(pen, marks, at) {
  let left = MARGIN;
  for (const span of marks) {
    const mark = span.querySelector("i");
    drawMark(pen, getComputedStyle(mark), mark.classList.contains("wh"), left, at - 11);
    pen.font = `13px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`;
    pen.fillStyle = "#434D5B";
    const words = span.textContent.trim();
    pen.fillText(words, left + WIDE + 7, at);
    left += WIDE + 27 + pen.measureText(words).width;
  }
}

function drawMark(pen, mark, isWhisker, left, top) {
  const isHatched = mark.backgroundImage !== "none" && !isWhisker;
  const shape = new Path2D();
  const border = parseFloat(mark.borderTopWidth);
  pen.fillStyle = mark.backgroundColor;
  pen.strokeStyle = border ? mark.borderTopColor : TEXT;
  pen.lineWidth = border || 2;
  pen.setLineDash(mark.borderTopStyle === "dashed" ? [4, 3] : mark.borderTopStyle === "dotted" ? [2, 2] : []);
  if (isWhisker) for (const [x, y, toX, toY] of [[4, 0, 12, 0], [4, HIGH, 12, HIGH], [8, 0, 8, HIGH]]) line(shape, left + x, top + y, left + toX, top + toY);
  else if (border && mark.borderBottomWidth === "0px") line(shape, left, top + HIGH / 2, left + WIDE, top + HIGH / 2);
  else if (mark.clipPath !== "none") polygon(shape, mark.clipPath, left, top);
  else if (mark.borderTopLeftRadius === "50%") shape.arc(left + HIGH / 2, top + HIGH / 2, HIGH / 2, 0, 7);
  else shape.rect(left, top, WIDE, HIGH);
  pen.fill(shape);
  if (isHatched) for (const step of [2, 7, 12]) line(shape, left + step, top + HIGH, left + step + 5, top);
  if (border || isWhisker) pen.stroke(shape);
  pen.setLineDash([]);
}

function line(shape, x, y, toX, toY) {
  shape.moveTo(x, y);
  shape.lineTo(toX, toY);
}

function polygon(shape, text, left, top) {
  for (const corner of text.slice(8, -1).split(",")) {
    const [x, y] = corner.trim().split(" ").map((share) => (parseFloat(share) / 100) * HIGH);
    shape.lineTo(left + x, top + y);
  }
}

function write(pen, text, at, size, color) {
  pen.font = `${size} ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`;
  pen.fillStyle = color;
  pen.fillText(text, MARGIN, at, WIDTH - 2 * MARGIN);
}

/* Title and unit are the chart's own; the source is the page with how fresh its figures are. */
function words(canvas) {
  const text = (selector, from = document) => from.querySelector(selector)?.textContent.trim() ?? "";
  const title = document.getElementById(`${canvas.id}-title`);
  const fresh = text(".crumb [role=status]").replace(/\s+/g, " ");
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date());
  return {
    title: title.textContent,
    unit: text(".sub", title.parentElement),
    source: `Source: ${document.title}. ${fresh ? `${fresh}. ` : ""}Saved ${day}.`,
  };
}

function sheet(data) {
  const fields = Object.entries(data.fields);
  const rows = data.rows.map((row) => fields.map(([, member]) => cell(row[member])));
  return [fields.map(([name]) => name), ...rows].map((row) => row.join(",")).join("\r\n") + "\r\n";
}

/* No text is read as a formula by a spreadsheet. */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function hand(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
