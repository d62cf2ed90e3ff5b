// <time-since since="…" now="…"> counts up: 0:07, 12:30, 1:02:03. `now` is the server's clock when the page was made, so
// that a wrong clock here shows no wrong time. Nothing is announced: a screen reader reads it where it stands.

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
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, two(seconds % 60)];
    const text = hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
    if (this.textContent !== text) this.textContent = text;
  }
}

function two(number) {
  return String(number).padStart(2, "0");
}

customElements.define("time-since", TimeSince);
