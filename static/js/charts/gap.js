/* Forecast less plan, one bar an initiative, with its amount beside it. */
import { barLabels, hatch, isNarrow, token, tooltip } from "./notation.js";

export function gap(data) {
  const { rows } = data;
  const values = rows.map((row) => row.value);
  const colors = values.map((value) => token(value < 0 ? "--crit" : "--good"));
  const span = Math.max(...values, 0) - Math.min(...values, 0) || 1;
  const room = span * (isNarrow() ? 0.45 : 0.16);
  return {
    type: "bar",
    plugins: [barLabels],
    data: {
      labels: rows.map((row) => row.label),
      datasets: [{
        data: values, backgroundColor: colors.map(hatch), borderColor: colors, borderWidth: 1.5,
        borderSkipped: false, barPercentage: 0.72, maxBarThickness: 18, categoryPercentage: 0.9,
      }],
    },
    options: {
      indexAxis: "y",
      layout: { padding: { right: 8 } },
      scales: {
        x: { display: false, min: Math.min(...values, 0) - room, max: Math.max(...values, 0) + room },
        y: { grid: { display: false }, border: { display: false }, ticks: { color: token("--text"), crossAlign: "far", autoSkip: false } },
      },
      plugins: { barLabels: { texts: rows.map((row) => row.text) }, tooltip: tooltip(rows) },
    },
  };
}
