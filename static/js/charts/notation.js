/* The one notation of all charts: actual solid, forecast hatched, plan outlined, whiskers for the range.
   Colours come from the CSS tokens, so light, dark and print follow by a redraw. */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const isNarrow = () => window.innerWidth < 600;

export function hatch(color) {
  const ratio = window.devicePixelRatio || 1;
  const size = 5;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.strokeStyle = color;
  pen.lineWidth = 1.3;
  pen.beginPath();
  for (const offset of [-size, 0, size]) {
    pen.moveTo(offset - 1, size + 1);
    pen.lineTo(offset + size + 1, -1);
  }
  pen.stroke();
  const pattern = pen.createPattern(canvas, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

export function ticks(data) {
  const style = { notation: "compact", maximumFractionDigits: 2 };
  if (data.currency) Object.assign(style, { style: "currency", currency: data.currency });
  const format = new Intl.NumberFormat(data.locale, style);
  return (value) => (value === 0 ? "0" : format.format(value).replace("-", "−"));
}

export const whiskers = {
  id: "whiskers",
  afterDatasetsDraw(chart, _, options) {
    const { ctx: pen, scales: { y } } = chart;
    const bars = chart.getDatasetMeta(options.dataset ?? 0).data;
    pen.save();
    (options.rows ?? []).forEach((row, index) => {
      if (row.low === null) return;
      const bar = bars[index];
      const wide = bar.width ?? 16;
      const cap = Math.min(5, wide * 0.3);
      const [low, high] = [y.getPixelForValue(row.low), y.getPixelForValue(row.high)];
      for (const [color, width] of [[token("--surface"), wide > 20 ? 5 : 3], [token("--actual"), 1.75]]) {
        pen.strokeStyle = color;
        pen.lineWidth = width;
        pen.beginPath();
        pen.moveTo(bar.x, low);
        pen.lineTo(bar.x, high);
        for (const end of [low, high]) {
          pen.moveTo(bar.x - cap, end);
          pen.lineTo(bar.x + cap, end);
        }
        pen.stroke();
      }
    });
    pen.restore();
  },
};

export const divider = {
  id: "divider",
  afterDraw(chart, _, options) {
    const { ctx: pen, chartArea: area, scales: { x } } = chart;
    if (!options.at || options.at >= chart.data.labels.length) return;
    const at = (x.getPixelForValue(options.at - 1) + x.getPixelForValue(options.at)) / 2;
    pen.save();
    pen.strokeStyle = token("--edge");
    pen.setLineDash([3, 3]);
    pen.beginPath();
    pen.moveTo(at, area.top - 14);
    pen.lineTo(at, area.bottom);
    pen.stroke();
    pen.fillStyle = token("--text2");
    pen.font = `11px ${token("--font")}`;
    pen.textBaseline = "bottom";
    pen.textAlign = "right";
    if (at - area.left > 40) pen.fillText("Actual", at - 6, area.top - 3);
    pen.textAlign = "left";
    if (area.right - at > 55) pen.fillText("Forecast", at + 6, area.top - 3);
    pen.restore();
  },
};

export const barLabels = {
  id: "barLabels",
  afterDatasetsDraw(chart, _, options) {
    if (!options.texts) return;
    const pen = chart.ctx;
    pen.save();
    pen.font = `12px ${token("--font")}`;
    pen.textBaseline = "middle";
    pen.fillStyle = token("--text");
    chart.getDatasetMeta(0).data.forEach((bar, index) => {
      const isLeft = chart.data.datasets[0].data[index] < 0;
      pen.textAlign = isLeft ? "right" : "left";
      pen.fillText(options.texts[index], bar.x + (isLeft ? -6 : 6), bar.y);
    });
    pen.restore();
  },
};

export function setDefaults() {
  const { defaults } = window.Chart;
  defaults.font.family = token("--font");
  defaults.font.size = 12;
  defaults.color = token("--text2");
  defaults.borderColor = token("--grid");
  defaults.animation = false;
  defaults.maintainAspectRatio = false;
  defaults.plugins.legend.display = false;
  Object.assign(defaults.plugins.tooltip, {
    backgroundColor: token("--text"), titleColor: token("--surface"), bodyColor: token("--surface"),
    displayColors: false, padding: 10, cornerRadius: 4,
  });
}

export const tooltip = (rows) => ({
  callbacks: {
    title: (items) => rows[items[0].dataIndex].title,
    label: (item) => (item.datasetIndex === 0 ? rows[item.dataIndex].tip : null),
  },
});

export const zeroStrong = (context) => token(context.tick?.value === 0 ? "--edge" : "--grid");
