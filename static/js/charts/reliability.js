/* Chance said against share that came: a dot with its range each, and the diagonal on which the two are the same. */
import { token, tooltip, whiskers } from "./notation.js";

export function reliability(data) {
  const { rows } = data;
  const format = new Intl.NumberFormat(data.locale, { style: "percent" });
  const axis = (title) => ({
    type: "linear", min: 0, max: 1, title: { display: true, text: title, color: token("--text2") },
    ticks: { stepSize: 0.2, callback: (value) => format.format(value) },
  });
  return {
    type: "scatter",
    plugins: [whiskers],
    data: {
      datasets: [
        {
          data: rows.map((row) => ({ x: row.said, y: row.came })), order: 1, clip: false,
          backgroundColor: token("--actual"), borderColor: token("--surface"), pointRadius: 5, pointHoverRadius: 6,
        },
        {
          type: "line", data: [{ x: 0, y: 0 }, { x: 1, y: 1 }], order: 2, borderColor: token("--plan"),
          borderWidth: 1.5, borderDash: [5, 4], pointRadius: 0, pointHitRadius: 0,
        },
      ],
    },
    options: {
      scales: { x: axis("Chance said"), y: axis("Share that came") },
      plugins: { whiskers: { rows, dataset: 0 }, tooltip: tooltip(rows) },
    },
  };
}
