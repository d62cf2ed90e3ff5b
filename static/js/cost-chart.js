// <cost-chart data-chart="…"> draws stacked bars of estimated and billed costs with Chart.js, in the colours of the theme.
// The table below the chart has the same figures; without this script it stands alone.
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

class CostChart extends HTMLElement {
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
    const { labels, estimated, billed, currency, names } = JSON.parse(this.dataset.chart);
    const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency, maximumFractionDigits: 6 });
    const ink = colour("--ink-muted");
    const line = colour("--color-base-300");
    const bars = (label, data, background) => ({ label, data: data.map(Number), backgroundColor: background });
    this.chart = new window.Chart(this.canvas, {
      type: "bar",
      data: {
        labels,
        datasets: [
          bars(names.billed, billed, colour("--color-primary")),
          bars(names.estimated, estimated, colour("--field-line")),
        ],
      },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        scales: {
          x: { stacked: true, ticks: { color: ink }, grid: { display: false }, border: { color: line } },
          y: { stacked: true, ticks: { color: ink, callback: (value) => money.format(value) }, grid: { color: line } },
        },
        plugins: {
          legend: { labels: { color: ink } },
          tooltip: { callbacks: { label: ({ dataset, raw }) => `${dataset.label}: ${money.format(raw)}` } },
        },
      },
    });
  }
}

customElements.define("cost-chart", CostChart);
