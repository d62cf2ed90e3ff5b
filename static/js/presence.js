// <agent-presence> says every twenty seconds that its page is open, by the event "beat", for which its hx-trigger waits.
// A hidden page says that it is hidden: whoever looks at another window is there, but is given no customers.

const EVERY_MS = 20_000;

class AgentPresence extends HTMLElement {
  #clock = null;
  #timer = 0;

  connectedCallback() {
    // The timers of hidden pages are slowed down to a minute, and that would look like a closed laptop; a worker's are not.
    try {
      this.#clock = new Worker(new URL("./presence-clock.js", import.meta.url));
      this.#clock.onmessage = this.#beat;
      this.#clock.postMessage(EVERY_MS);
    } catch {
      this.#timer = setInterval(this.#beat, EVERY_MS);
    }
    document.addEventListener("visibilitychange", this.#beat);
  }

  disconnectedCallback() {
    this.#clock?.terminate();
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#beat);
  }

  #beat = () => {
    this.setAttribute("hx-vals", document.visibilityState === "visible" ? "{}" : '{"hidden": "1"}');
    this.dispatchEvent(new CustomEvent("beat"));
  };
}

customElements.define("agent-presence", AgentPresence);
