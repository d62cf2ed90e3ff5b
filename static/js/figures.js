// The pages of figures. <live-figures> asks for its content again when something has changed: at most every five
// seconds, and once more at the end. <figure-chart data-chart="…"> draws the chosen figure and the period before with
// Chart.js, told apart by dash and marker as well as by colour. Without this script the tables say the same.
import { written } from "./durations.js";

const PAUSE_MS = 5000;
const NEWS = ["sms:conversation-changed", "calls:changed", "resync"];
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

class LiveFigures extends HTMLElement {
  #timer = 0;
  #again = false;

  connectedCallback() {
    for (const name of NEWS) document.body.addEventListener(name, this.#hear);
  }

  disconnectedCallback() {
    for (const name of NEWS) document.body.removeEventListener(name, this.#hear);
    clearTimeout(this.#timer);
  }

  #hear = () => {
    if (this.#timer) {
      this.#again = true;
      return;
    }
    this.dispatchEvent(new CustomEvent("refresh"));
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#again) this.#hear((this.#again = false));
    }, PAUSE_MS);
  };
}

class FigureChart extends HTMLElement {
  static observedAttributes = ["data-chart"];

  connectedCallback() {
    if (!window.Chart) return;
    // In a shadow, where nothing that comes from the server takes the drawing away.
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.canvas = document.createElement("canvas");
    shadow.replaceChildren(this.canvas);
    this.#draw();
    DARK.addEventListener("change", this.#redraw);
    this.watcher = new MutationObserver(this.#redraw);
    this.watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  disconnectedCallback() {
    DARK.removeEventListener("change", this.#redraw);
    this.watcher?.disconnect();
    this.chart?.destroy();
    this.chart = null;
  }

  attributeChangedCallback(_name, before, now) {
    if (this.chart && before !== now) this.#redraw();
  }

  #redraw = () => {
    this.chart.destroy();
    this.#draw();
  };

  #draw() {
    const style = getComputedStyle(this);
    const colour = (name) => style.getPropertyValue(name).trim();
    const { kind, labels, now, before, format, currency, names, days } = JSON.parse(this.dataset.chart);
    const [ink, line, first, second] = ["--ink-muted", "--color-base-300", "--color-primary", "--field-line"].map(colour);
    const write = writer(format, days, currency);
    const isLine = kind === "line";
    const few = labels.length < 40;
    const course = (label, data, shade, others) => ({
      label, data, borderColor: shade, backgroundColor: isLine ? "transparent" : shade, borderWidth: 2, pointRadius: few ? 3 : 0, ...others,
    });
    this.chart = new window.Chart(this.canvas, {
      type: kind,
      data: {
        labels,
        datasets: [
          course(names.now, now, first, { pointStyle: "circle", pointBackgroundColor: first }),
          course(names.before, before, second, {
            borderDash: [6, 4],
            pointStyle: "triangle",
            ...(isLine ? {} : { backgroundColor: "transparent" }),
          }),
        ],
      },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        scales: {
          x: { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false }, border: { color: line } },
          y: { beginAtZero: true, ticks: { color: ink, callback: write }, grid: { color: line } },
        },
        plugins: {
          legend: { labels: { color: ink, usePointStyle: isLine } },
          tooltip: { callbacks: { label: ({ dataset, raw }) => `${dataset.label}: ${raw === null ? "–" : write(raw)}` } },
        },
      },
    });
  }
}

function writer(format, days, currency) {
  const maximumFractionDigits = { money: 6, percent: 2 }[format] ?? 1;
  const unit = currency ? { style: "currency", currency } : {};
  const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits, ...unit });
  if (format === "percent") return (value) => `${numbers.format(value)} %`;
  if (format !== "seconds") return (value) => numbers.format(value);
  return (value) => written(Math.round(value), days);
}

// Whoever enters a day means the stretch between two days.
document.addEventListener("change", ({ target }) => {
  if (target.type === "date") target.form?.elements.range && (target.form.elements.range.value = "custom");
});

customElements.define("live-figures", LiveFigures);
customElements.define("figure-chart", FigureChart);
