/* Chance against value: a mark for each initiative, its area the spend still to come, its shape the status. */
import { isNarrow, ticks, token, tooltip } from "./notation.js";

const SHAPES = { crit: "triangle", warn: "rectRot", good: "circle", mut: "circle" };
const SMALLEST = 5;

/* Where a name may stand, the best first: beside its mark, above or below it, then further off. */
function spots(x, y, radius, width) {
  const sides = [x + radius, x - radius - width];
  const over = [-radius - 4, radius + 4].map((step) => ({ left: x - width / 2, y: y + step }));
  const beside = [0, 16, -16, 34, -34].flatMap((step) => sides.map((left) => ({ left, y: y + step })));
  return [...beside.slice(0, 2), ...over, ...beside.slice(2)];
}

const names = {
  id: "names",
  afterDatasetsDraw(chart, _, options) {
    const { ctx: pen, chartArea: area } = chart;
    const taken = [];
    pen.save();
    pen.font = `12px ${token("--font")}`;
    pen.textBaseline = "middle";
    const marks = chart.getDatasetMeta(0).data;
    marks.forEach((mark, index) => {
      const text = options.rows?.[index].label;
      if (!text) return;
      const width = pen.measureText(text).width;
      const radius = options.radii[index] + 6;
      const y = Math.max(mark.y, area.top + 8);
      const places = spots(mark.x, y, radius, width);
      const isFree = ({ left, y: height }) => left >= area.left && left + width <= area.right
        && !taken.some((other) => Math.abs(other.y - height) < 14 && other.left < left + width && left < other.left + other.width)
        && !marks.some((other, place) => place !== index && Math.abs(other.y - height) < options.radii[place] + 6
          && other.x + options.radii[place] > left && other.x - options.radii[place] < left + width);
      const spot = places.find(isFree) ?? places[mark.x + radius + width > area.right ? 1 : 0];
      taken.push({ ...spot, width });
      pen.strokeStyle = token("--surface");
      pen.lineWidth = 3;
      pen.strokeText(text, spot.left, spot.y);
      pen.fillStyle = token("--text");
      pen.fillText(text, spot.left, spot.y);
    });
    pen.restore();
  },
};

export function weighed(data) {
  const { rows } = data;
  const largest = isNarrow() ? 16 : 24;
  const radii = rows.map((row) => Math.max(SMALLEST, largest * Math.sqrt(row.area)));
  const colors = rows.map((row) => token(row.tone === "mut" ? "--plan" : `--${row.tone}`));
  const percent = new Intl.NumberFormat(data.locale, { style: "percent", maximumFractionDigits: 0 });
  return {
    type: "scatter",
    plugins: [names],
    data: {
      datasets: [{
        data: rows.map(({ x, y }) => ({ x, y })),
        pointStyle: rows.map((row) => SHAPES[row.tone]),
        pointRadius: radii, pointHoverRadius: radii,
        backgroundColor: colors.map((color, index) => (rows[index].tone === "mut" ? "transparent" : `${color}59`)),
        borderColor: colors, borderWidth: 1.75,
      }],
    },
    options: {
      layout: { padding: { top: 12, right: 12 } },
      scales: {
        x: {
          min: 0, max: Math.min(1, Math.ceil(Math.max(0.5, ...rows.map((row) => row.x + 0.05)) * 10) / 10),
          title: { display: true, text: "Chance of being given up within 12 months" },
          ticks: { callback: (value) => percent.format(value), maxTicksLimit: isNarrow() ? 5 : 9 },
        },
        y: { min: 0, grace: "8%", border: { display: false }, ticks: { callback: ticks(data), maxTicksLimit: 6 } },
      },
      plugins: { names: { rows, radii }, tooltip: tooltip(rows) },
    },
  };
}
