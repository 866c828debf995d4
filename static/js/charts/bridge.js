/* Plan, what made more or less of it, forecast, realised: floating bars joined by lines. On a phone they lie down. */
import { hatch, isNarrow, ticks, token, tooltip, zeroStrong } from "./notation.js";

const joints = {
  id: "joints",
  afterDatasetsDraw(chart, _, options) {
    const { ctx: pen, scales } = chart;
    const bars = chart.getDatasetMeta(0).data;
    const value = options.isFlat ? scales.x : scales.y;
    pen.save();
    pen.font = `12px ${token("--font")}`;
    pen.strokeStyle = token("--edge");
    bars.forEach((bar, index) => {
      const row = options.rows[index];
      const at = value.getPixelForValue(row.end);
      if (bars[index + 1]) join(pen, bar, bars[index + 1], at, options.isFlat);
      label(pen, bar, row, value, options.isFlat, chart.chartArea);
    });
    pen.restore();
  },
};

function join(pen, bar, next, at, isFlat) {
  pen.beginPath();
  if (isFlat) {
    pen.moveTo(at, bar.y + bar.height / 2);
    pen.lineTo(at, next.y - next.height / 2);
  } else {
    pen.moveTo(bar.x + bar.width / 2, at);
    pen.lineTo(next.x - next.width / 2, at);
  }
  pen.stroke();
}

function label(pen, bar, row, value, isFlat, area) {
  pen.fillStyle = token("--text");
  const [least, most] = [Math.min(row.start, row.end), Math.max(row.start, row.end)].map((end) => value.getPixelForValue(end));
  if (isFlat) {
    const fits = most + pen.measureText(row.text).width + 6 < area.right;
    pen.textAlign = fits ? "left" : "right";
    pen.textBaseline = "middle";
    pen.fillText(row.text, fits ? most + 5 : least - 5, bar.y);
    return;
  }
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  pen.fillText(row.text, bar.x, most - 4);
}

export function bridge(data) {
  const { rows } = data;
  const isFlat = isNarrow();
  const colors = rows.map(color);
  const values = isFlat ? "x" : "y";
  const axes = {
    [values]: { beginAtZero: true, grace: "8%", border: { display: false }, grid: { color: zeroStrong }, ticks: { maxTicksLimit: isFlat ? 4 : 7, callback: ticks(data) } },
    [isFlat ? "y" : "x"]: { grid: { display: false }, ticks: { autoSkip: false, maxRotation: 0, color: token("--text") } },
  };
  return {
    type: "bar",
    plugins: [joints],
    data: {
      labels: rows.map((row) => (isFlat ? row.title : lines(row.title))),
      datasets: [{
        data: rows.map((row) => [row.start, row.end]), borderColor: colors, borderWidth: 1.5, borderSkipped: false,
        backgroundColor: rows.map((row, index) => fill(row, colors[index])), barPercentage: 0.78, categoryPercentage: 0.86,
      }],
    },
    options: {
      indexAxis: isFlat ? "y" : "x",
      layout: { padding: { top: 14 } },
      scales: axes,
      plugins: { joints: { rows, isFlat }, tooltip: tooltip(rows) },
    },
  };
}

function color(row) {
  if (row.kind === "plan") return token("--plan");
  if (row.total || row.neutral) return token("--actual");
  return token(row.amount < 0 ? "--crit" : "--good");
}

function fill(row, solid) {
  if (row.kind === "plan") return "transparent";
  return row.kind === "forecast" ? hatch(solid) : solid;
}

function lines(title) {
  return title.split(" ").reduce((found, word) => {
    const last = found.at(-1);
    return last && `${last} ${word}`.length <= 11 ? [...found.slice(0, -1), `${last} ${word}`] : [...found, word];
  }, []);
}
