// <stream-lost role="status"> around a hidden element: shows it while the page's <live-stream> has no connection.

class StreamLost extends HTMLElement {
  #watch = null;

  connectedCallback() {
    const stream = document.querySelector("live-stream");
    if (!stream) return;
    this.#watch = new MutationObserver(() => this.#show(stream));
    this.#watch.observe(stream, { attributeFilter: ["data-state"] });
    this.#show(stream);
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
  }

  #show(stream) {
    const isHidden = stream.dataset.state !== "lost";
    if (this.firstElementChild.hidden === isHidden) return;
    this.firstElementChild.hidden = isHidden;
    dispatchEvent(new Event("resize")); // There is less room for the rest.
  }
}

customElements.define("stream-lost", StreamLost);
