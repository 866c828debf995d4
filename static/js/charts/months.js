/* Net value by month: plan as a wide outline behind, actual solid, forecast hatched, range as whiskers. */
import { divider, hatch, isNarrow, ticks, token, tooltip, whiskers } from "./notation.js";

export function months(data) {
  const { rows } = data;
  const solid = token("--actual");
  const hatched = hatch(solid);
  const bar = { borderWidth: 1.5, borderSkipped: false, grouped: false, categoryPercentage: 0.82 };
  const actualMonths = rows.filter((row) => row.kind === "actual").length;
  return {
    type: "bar",
    plugins: [whiskers, divider],
    data: {
      labels: rows.map((row) => row.label),
      datasets: [
        {
          ...bar, data: rows.map((row) => row.value), borderColor: solid, barPercentage: 0.62, order: 1,
          backgroundColor: rows.map((row) => (row.kind === "actual" ? solid : hatched)),
        },
        {
          ...bar, data: rows.map((row) => row.plan), borderColor: token("--plan"), barPercentage: 1, order: 2,
          backgroundColor: "transparent",
        },
      ],
    },
    options: {
      layout: { padding: { top: 18 } },
      interaction: { mode: "index", intersect: false },
      scales: { x: monthAxis(rows), y: { ...valueAxis(data), ...reach(rows) } },
      plugins: { whiskers: { rows, dataset: 0 }, divider: { at: actualMonths }, tooltip: tooltip(rows) },
    },
  };
}

/* The axis reaches as far as the whiskers, which are no data of the bars. */
const reach = (rows) => ({
  suggestedMin: Math.min(...rows.map((row) => row.low ?? 0)),
  suggestedMax: Math.max(...rows.map((row) => row.high ?? 0)),
});

export const monthAxis = (rows) => ({
  grid: { display: false },
  border: { color: token("--edge") },
  ticks: {
    maxRotation: 0,
    autoSkip: rows.length > 13,
    autoSkipPadding: 14,
    callback(value) {
      const label = this.getLabelForValue(value);
      return isNarrow() && rows.length <= 13 ? label[0] : label;
    },
  },
});

export const valueAxis = (data) => ({
  border: { display: false },
  ticks: { includeBounds: false, maxTicksLimit: 7, callback: ticks(data) },
});
