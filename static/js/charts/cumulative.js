/* Value added up: solid while actual, dashed in forecast, plan as a thin line, the range as an outlined band; what
   happened as numbered flags. */
import { divider, token, tooltip, zeroStrong } from "./notation.js";
import { monthAxis, valueAxis } from "./months.js";

const flags = {
  id: "flags",
  afterDatasetsDraw(chart, _, options) {
    const { ctx: pen, chartArea: area, scales: { x } } = chart;
    pen.save();
    pen.font = `11px ${token("--font")}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    (options.flags ?? []).forEach((flag) => {
      const at = x.getPixelForValue(flag.at);
      pen.strokeStyle = token("--edge");
      pen.beginPath();
      pen.moveTo(at, area.bottom - 14);
      pen.lineTo(at, area.bottom);
      pen.stroke();
      pen.fillStyle = token("--surface");
      pen.beginPath();
      pen.arc(at, area.bottom - 22, 8, 0, 7);
      pen.fill();
      pen.stroke();
      pen.fillStyle = token("--text");
      pen.fillText(flag.number, at, area.bottom - 22);
    });
    pen.restore();
  },
};

export function cumulative(data) {
  const { rows } = data;
  const solid = token("--actual");
  const actualMonths = rows.filter((row) => row.kind === "actual").length;
  const line = { pointRadius: 0, pointHitRadius: 8, tension: 0, spanGaps: false };
  const edge = { ...line, pointHitRadius: 0, spanGaps: true, borderColor: solid, borderWidth: 1, order: 3 };
  return {
    type: "line",
    plugins: [divider, flags],
    data: {
      labels: rows.map((row) => row.label),
      datasets: [
        {
          ...line, data: rows.map((row) => row.value), borderColor: solid, borderWidth: 2.25, order: 1,
          segment: { borderDash: (context) => (context.p1DataIndex >= actualMonths ? [6, 4] : undefined) },
        },
        { ...line, data: rows.map((row) => row.plan), borderColor: token("--plan"), borderWidth: 1, order: 2 },
        { ...edge, data: ends(rows, "low", actualMonths) },
        { ...edge, data: ends(rows, "high", actualMonths), fill: { target: "-1" }, backgroundColor: `${solid}24` },
      ],
    },
    options: {
      layout: { padding: { top: 18 } },
      interaction: { mode: "index", intersect: false },
      scales: { x: monthAxis(rows), y: { ...valueAxis(data), suggestedMin: 0, suggestedMax: 0, grid: { color: zeroStrong } } },
      plugins: { divider: { at: actualMonths }, flags: { flags: data.flags }, tooltip: tooltip(rows) },
    },
  };
}

/* The band opens at the last actual value, where nothing is in doubt. */
function ends(rows, name, actualMonths) {
  const hasBand = rows.some((row) => row[name] !== null);
  return rows.map((row, index) => (hasBand && index === actualMonths - 1 ? row.value : row[name]));
}
