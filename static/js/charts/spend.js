/* Spend by month: kinds on top of each other, solid where spent and hatched where forecast, the budget as a wide outline
   behind. */
import { divider, hatch, token, tooltip } from "./notation.js";
import { monthAxis, valueAxis } from "./months.js";

export function spend(data) {
  const { rows, series } = data;
  const bar = { borderWidth: 1.5, borderSkipped: false, grouped: false, categoryPercentage: 0.82 };
  const kinds = series.map(({ name, member }, index) => {
    const color = token(`--c${index + 1}`);
    const hatched = hatch(color);
    return {
      ...bar, label: name, data: rows.map((row) => row[member]), stack: "spend", order: 1, barPercentage: 0.62,
      borderColor: color, backgroundColor: rows.map((row) => (row.kind === "actual" ? color : hatched)),
    };
  });
  const budget = {
    ...bar, label: "Budget", data: rows.map((row) => row.plan), stack: "budget", order: 2, barPercentage: 1,
    borderColor: token("--plan"), backgroundColor: "transparent",
  };
  return {
    type: "bar",
    plugins: [divider],
    data: { labels: rows.map((row) => row.label), datasets: [...kinds, budget] },
    options: {
      layout: { padding: { top: 18 } },
      interaction: { mode: "index", intersect: false },
      scales: { x: { ...monthAxis(rows), stacked: true }, y: { ...valueAxis(data), stacked: true, beginAtZero: true } },
      plugins: { divider: { at: rows.filter((row) => row.kind === "actual").length }, tooltip: tooltip(rows) },
    },
  };
}
