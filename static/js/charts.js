/* Draws every canvas marked data-chart from the JSON that data-source names; redraws on theme, print and width. */
import { bridge } from "./charts/bridge.js";
import { cumulative } from "./charts/cumulative.js";
import { offerFiles } from "./charts/files.js";
import { gap } from "./charts/gap.js";
import { kpi } from "./charts/kpi.js";
import { months } from "./charts/months.js";
import { isNarrow, setDefaults } from "./charts/notation.js";
import { reliability } from "./charts/reliability.js";
import { spend } from "./charts/spend.js";
import { weighed } from "./charts/weighed.js";

const kinds = { bridge, cumulative, gap, kpi, months, reliability, spend, weighed };
const live = [];
const canvases = [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
  const data = JSON.parse(document.getElementById(canvas.dataset.source).textContent);
  return { canvas, data, build: () => (setDefaults(), kinds[canvas.dataset.chart](data)) };
});

function draw() {
  live.splice(0).forEach((chart) => chart.destroy());
  canvases.forEach(({ canvas, build }) => live.push(new window.Chart(canvas, build())));
}

function redrawForPrint() {
  draw();
  live.forEach((chart) => chart.resize());
}

let narrow = isNarrow();
draw();
canvases.forEach(({ canvas, data, build }) => offerFiles(canvas, data, build));
document.documentElement.dataset.charts = "drawn";
performance.mark("charts-drawn");
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
window.matchMedia("print").addEventListener("change", redrawForPrint);
window.addEventListener("afterprint", draw);
window.addEventListener("resize", () => {
  if (isNarrow() === narrow) return;
  narrow = isNarrow();
  draw();
});
