/* Draws every canvas marked data-chart from the JSON that data-source names; redraws on theme, print and width. */
import { cumulative } from "./charts/cumulative.js";
import { gap } from "./charts/gap.js";
import { months } from "./charts/months.js";
import { isNarrow, setDefaults } from "./charts/notation.js";
import { reliability } from "./charts/reliability.js";
import { spend } from "./charts/spend.js";
import { weighed } from "./charts/weighed.js";

const kinds = { cumulative, gap, months, reliability, spend, weighed };
const live = [];

function draw() {
  live.splice(0).forEach((chart) => chart.destroy());
  setDefaults();
  document.querySelectorAll("canvas[data-chart]").forEach((canvas) => {
    const data = JSON.parse(document.getElementById(canvas.dataset.source).textContent);
    live.push(new window.Chart(canvas, kinds[canvas.dataset.chart](data)));
  });
}

function redrawForPrint() {
  draw();
  live.forEach((chart) => chart.resize());
}

let narrow = isNarrow();
draw();
performance.mark("charts-drawn");
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
window.matchMedia("print").addEventListener("change", redrawForPrint);
window.addEventListener("afterprint", draw);
window.addEventListener("resize", () => {
  if (isNarrow() === narrow) return;
  narrow = isNarrow();
  draw();
});
