// <whos-there> says every ten seconds that this conversation is looked at (by a tab that somebody sees), and that
// somebody types in it; htmx brings back who else does. "sms:presence-<id>" rings when that has changed.
import { quietPost } from "./quiet-post.js";

const BEAT_MS = 10000;
const TYPING_BEAT_MS = 4000;
const STOPPED_TYPING_MS = 5000;

class WhosThere extends HTMLElement {
  #lastKey = 0;
  #lastBeat = 0;

  connectedCallback() {
    this.ring = `sms:presence-${this.dataset.conversation}`;
    this.timer = setInterval(this.#beat, BEAT_MS);
    document.body.addEventListener(this.ring, this.#beat);
    document.body.addEventListener("sms:sent", this.#sent);
    document.addEventListener("input", this.#typed);
    document.addEventListener("visibilitychange", this.#looked);
    addEventListener("pagehide", this.#leave);
    this.addEventListener("htmx:afterProcessNode", this.#beat, { once: true });
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    clearTimeout(this.stopped);
    document.body.removeEventListener(this.ring, this.#beat);
    document.body.removeEventListener("sms:sent", this.#sent);
    document.removeEventListener("input", this.#typed);
    document.removeEventListener("visibilitychange", this.#looked);
    removeEventListener("pagehide", this.#leave);
    this.#leave();
  }

  #looked = () => (document.visibilityState === "visible" ? this.#beat() : this.#leave());

  #leave = () => {
    quietPost(this.getAttribute("hx-post"), { leaving: "1" }).catch(() => {});
  };

  #typed = (event) => {
    if (event.target.id !== "composer-body") return;
    this.#lastKey = Date.now();
    clearTimeout(this.stopped);
    this.stopped = setTimeout(this.#beat, STOPPED_TYPING_MS + 1);
    if (Date.now() - this.#lastBeat > TYPING_BEAT_MS) this.#beat();
  };

  #sent = () => {
    this.#lastKey = 0;
    clearTimeout(this.stopped);
    this.#beat();
  };

  #beat = () => {
    if (document.visibilityState !== "visible" || !this.isConnected) return;
    const isTyping = Date.now() - this.#lastKey < STOPPED_TYPING_MS;
    // Only one's own typing is told more often; a bell is answered at once and tells nothing new.
    if (isTyping) this.#lastBeat = Date.now();
    this.querySelector("input").value = isTyping ? "1" : "0";
    this.dispatchEvent(new CustomEvent("together:beat"));
  };
}

customElements.define("whos-there", WhosThere);
