/* Readings of a KPI as dots, what was expected without the initiative as open dots, baseline dotted, target dashed. */
import { isNarrow, ticks, token, tooltip } from "./notation.js";

export function kpi(data) {
  const { rows } = data;
  const [solid, open] = [token("--actual"), token("--plan")];
  const line = { pointRadius: 0, pointHitRadius: 0, tension: 0, spanGaps: true };
  const held = (name) => rows.map((row) => row[name]);
  return {
    type: "line",
    data: {
      labels: held("label"),
      datasets: [
        { ...line, data: held("value"), borderColor: solid, borderWidth: 1.5, pointRadius: 3.5, pointHitRadius: 8, pointBackgroundColor: solid },
        { ...line, data: held("without"), borderColor: open, borderWidth: 1, borderDash: [2, 2], pointRadius: 3.5, pointBackgroundColor: token("--surface") },
        { ...line, data: held("baseline"), borderColor: open, borderWidth: 1.5, borderDash: [1.5, 3] },
        { ...line, data: held("target"), borderColor: token("--text"), borderWidth: 1.5, borderDash: [7, 4] },
      ],
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, border: { color: token("--edge") }, ticks: { maxRotation: 0, maxTicksLimit: isNarrow() ? 4 : 8 } },
        y: { grace: "10%", border: { display: false }, ticks: { maxTicksLimit: 5, callback: ticks(data) } },
      },
      plugins: { tooltip: tooltip(rows) },
    },
  };
}
