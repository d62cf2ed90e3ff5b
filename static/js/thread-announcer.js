// <thread-announcer> is the one live region of the open conversation: it says a new text of the customer, and what
// became of a text of ours, once each. The log itself is quiet, because a redraw would be read out as news.

const TAKEN_BACK_AFTER_MS = 10_000;

class ThreadAnnouncer extends HTMLElement {
  #conversation = null;
  #known = new Map();

  connectedCallback() {
    document.addEventListener("htmx:afterSettle", this.#look);
    this.#look();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:afterSettle", this.#look);
  }

  #look = () => {
    const tail = document.getElementById("thread-tail");
    const conversation = tail?.closest("[data-conversation]")?.dataset.conversation ?? null;
    const isOther = conversation !== this.#conversation;
    if (isOther) this.#known.clear();
    this.#conversation = conversation;
    for (const message of tail?.querySelectorAll(".message") ?? []) {
      const state = message.querySelector("[data-state]");
      const word = state?.dataset.state ?? "";
      const before = this.#known.get(message.id);
      this.#known.set(message.id, word);
      if (isOther || before === word) continue;
      const text = message.querySelector(".bubble").textContent.trim().slice(0, 200);
      if (message.classList.contains("message-in")) this.#say(this.dataset.new, { text });
      else if (state?.matches(".good, .bad")) this.#say(this.dataset.state, { text: text.slice(0, 60), state: word });
    }
  };

  #say(words, values) {
    const line = document.createElement("p");
    const name = document.getElementById("thread-title")?.textContent ?? "";
    line.textContent = words.replace(/\{(\w+)\}/g, (_all, key) => ({ name, ...values })[key]);
    this.append(line);
    setTimeout(() => line.remove(), TAKEN_BACK_AFTER_MS);
  }
}

customElements.define("thread-announcer", ThreadAnnouncer);
