// <time-since since="…" now="…" days="…"> counts up: 0:07, 12:30, 1:02:03, and from a day on as `days` has it in the
// reader's language, 28 d 7 h (analytics/written.py says the same). `now` is the server's clock when the page was made, so
// that a wrong clock here shows no wrong time. Nothing is announced: a screen reader reads it where it stands.

const EVERY_MS = 1000;
const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
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
    const text = seconds < DAY ? clock(seconds) : this.#days(seconds);
    if (this.textContent !== text) this.textContent = text;
  }

  #days(seconds) {
    const parts = { days: Math.floor(seconds / DAY), hours: Math.floor((seconds % DAY) / HOUR) };
    return this.getAttribute("days").replace(/%\((\w+)\)s/g, (_found, name) => parts[name]);
  }
}

function clock(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / HOUR), Math.floor(seconds / MINUTE) % 60, two(seconds % 60)];
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

customElements.define("time-since", TimeSince);
