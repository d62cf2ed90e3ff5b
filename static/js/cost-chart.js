// <cost-chart data-chart="…"> around a hidden <canvas>: draws stacked bars of estimated and billed costs with Chart.js,
// in the colours of the theme. The table below the chart has the same figures; without this script it stands alone.
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

class CostChart extends HTMLElement {
  connectedCallback() {
    if (!window.Chart) return;
    this.values = JSON.parse(this.dataset.chart);
    this.canvas = this.querySelector("canvas");
    this.canvas.hidden = false;
    this.classList.add("is-drawn");
    this.#draw();
    DARK.addEventListener("change", this.#redraw);
    this.watcher = new MutationObserver(this.#redraw);
    this.watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  disconnectedCallback() {
    DARK.removeEventListener("change", this.#redraw);
    this.watcher?.disconnect();
    this.chart?.destroy();
  }

  #redraw = () => {
    this.chart.destroy();
    this.#draw();
  };

  #draw() {
    const style = getComputedStyle(this);
    const colour = (name) => style.getPropertyValue(name).trim();
    const { labels, estimated, billed, currency, names } = this.values;
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
