// <draft-keeper data-url="…"> inside a message form keeps what is typed on the server: a second after the last key, and
// when the conversation or the page is left. "sms:draft" tells the list when there is one, or none any more. Nothing
// of a text is ever kept in the browser.
import { quietPost } from "./quiet-post.js";

const WAIT_MS = 1000;
const RETRY_MS = 5000;

class DraftKeeper extends HTMLElement {
  #timer = 0;
  #isKept = true;
  #isThere = false;

  connectedCallback() {
    this.form = this.closest("form");
    this.#isThere = Boolean(this.form.elements.body.value.trim());
    this.form.addEventListener("input", this.#typed);
    this.form.addEventListener("files:changed", this.#changed);
    this.form.addEventListener("htmx:beforeSwap", this.#answered);
    document.addEventListener("visibilitychange", this.#left);
    addEventListener("pagehide", this.#keep);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#left);
    removeEventListener("pagehide", this.#keep);
    this.#keep();
  }

  #typed = (event) => {
    if (event.target.name === "body") this.#changed();
  };

  #changed = () => {
    this.#isKept = false;
    this.#later(WAIT_MS);
  };

  // The text was accepted, so there is no draft any more.
  #answered = (event) => {
    if (event.target !== this.form || event.detail.xhr.status >= 300) return;
    clearTimeout(this.#timer);
    this.#isKept = true;
    this.#isThere = false;
  };

  #left = () => {
    if (document.visibilityState === "hidden") this.#keep();
  };

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#keep, milliseconds);
  }

  #keep = async () => {
    clearTimeout(this.#timer);
    if (this.#isKept) return;
    this.#isKept = true;
    const { body, request_key: key } = this.form.elements;
    const files = [...this.form.querySelectorAll("[name=attachment]")].map((file) => ["attachment", file.value]);
    try {
      const answer = await quietPost(this.dataset.url, [["body", body.value], ["request_key", key.value], ...files]);
      if (answer.status < 500) return this.#tell(body.value);
    } catch {
      // No connection: what was typed is still there to be kept.
    }
    this.#isKept = false;
    if (this.isConnected) this.#later(RETRY_MS);
  };

  #tell(body) {
    const isThere = Boolean(body.trim());
    if (isThere !== this.#isThere) document.body.dispatchEvent(new CustomEvent("sms:draft"));
    this.#isThere = isThere;
  }
}

customElements.define("draft-keeper", DraftKeeper);
