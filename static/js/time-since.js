// <time-since since="…" now="…" days="…"> counts up, written as durations.js says. `now` is the server's clock when the
// page was made, so that a wrong clock here shows no wrong time. Nothing is announced: a screen reader reads it where it
// stands.
import { written } from "./durations.js";

const EVERY_MS = 1000;
const shown = new Set();
setInterval(() => shown.forEach((element) => element.show()), EVERY_MS);

class TimeSince extends HTMLElement {
  static observedAttributes = ["since", "now"];
  #since = NaN;
  #ahead = 0;

  connectedCallback() {
    shown.add(this);
    this.show();
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  attributeChangedCallback(name, _before, value) {
    if (name === "since") this.#since = Date.parse(value);
    else this.#ahead = Date.now() - Date.parse(value) || 0;
    if (this.isConnected) this.show();
  }

  show() {
    const seconds = Math.max(0, Math.floor((Date.now() - this.#ahead - this.#since) / 1000));
    if (Number.isNaN(seconds)) return;
    const text = written(seconds, this.getAttribute("days"));
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define("time-since", TimeSince);
