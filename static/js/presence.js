// <agent-presence> says every 25 seconds that its page is open and looked at, by the event "beat", for which its
// hx-trigger waits. A hidden tab says nothing: who looks at another window for a minute is given no customers.

const EVERY_MS = 25000;

class AgentPresence extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = setInterval(this.#beat, EVERY_MS);
    document.addEventListener("visibilitychange", this.#beat);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#beat);
  }

  #beat = () => {
    if (document.visibilityState === "visible") this.dispatchEvent(new CustomEvent("beat"));
  };
}

customElements.define("agent-presence", AgentPresence);
