// <live-stream src="/live/"> holds the page's only EventSource and turns its events into DOM events on <body>,
// for which markup waits (hx-trigger="sms:inbox-changed from:body, every 30s").
//
// Events carry names and ids, never texts. An event that names a conversation is also dispatched as
// "sms:conversation-<id>" (who is there: "sms:presence-<id>"), because a filter in hx-trigger would need eval; one that
// names an agent, as "agents:changed-<id>".
// With the attribute "while-seen" a page lets go of its stream while nobody looks at it, and asks for everything when
// somebody does again: browsers have six connections for all tabs together, where there is no HTTP/2.
// Many changes in a row become two events, one at once and one at the end: a plain throttle would lose the last.

const NAMES = ["sms:conversation-changed", "sms:inbox-changed", "sms:presence", "agents:changed", "calls:changed",
  "alerts:changed", "resync"];
// Each of these is news of its own.
const SINGLE = ["notice"];
const QUIET_MS = 400;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30000;

class LiveStream extends HTMLElement {
  #source = null;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer = 0;
  #waiting = new Map();

  connectedCallback() {
    if (!this.#rests()) this.#open();
    addEventListener("pagehide", this.#close);
    addEventListener("pageshow", this.#reopen);
    document.addEventListener("visibilitychange", this.#look);
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#close);
    removeEventListener("pageshow", this.#reopen);
    document.removeEventListener("visibilitychange", this.#look);
    this.#close();
  }

  #rests() {
    return this.hasAttribute("while-seen") && document.hidden;
  }

  #look = () => {
    if (!this.hasAttribute("while-seen")) return;
    this.#close();
    this.dataset.state = "resting";
    if (!document.hidden) this.#open();
  };

  #reopen = (event) => {
    if (event.persisted && !this.#source && !this.#rests()) this.#open();
  };

  #close = () => {
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#source = null;
  };

  #open() {
    this.#source = new EventSource(this.getAttribute("src"));
    this.#source.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.dataset.state = "open";
    };
    this.#source.onerror = () => this.#retryLater();
    for (const name of SINGLE) this.#source.addEventListener(name, (event) => fire(name, parse(event.data)));
    for (const name of NAMES) this.#source.addEventListener(name, (event) => this.#receive(name, event.data));
  }

  // The browser retries by itself for ever at one pace and not at all after a refusal; we slow down and go on.
  #retryLater() {
    this.#close();
    this.dataset.state = "lost";
    this.#retryTimer = setTimeout(() => this.#open(), this.#retryMs * (0.5 + Math.random()));
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #receive(name, text) {
    const detail = parse(text);
    this.#dispatch(name, detail);
    const about = name === "sms:presence" ? name : "sms:conversation";
    if (detail.conversation_id) this.#dispatch(`${about}-${detail.conversation_id}`, detail);
    if (detail.agent_id) this.#dispatch(`${name}-${detail.agent_id}`, detail);
  }

  #dispatch(name, detail) {
    const waiting = this.#waiting.get(name);
    if (waiting) {
      waiting.again = detail;
      return;
    }
    this.#waiting.set(name, { again: null });
    fire(name, detail);
    setTimeout(() => {
      const { again } = this.#waiting.get(name);
      this.#waiting.delete(name);
      if (again) this.#dispatch(name, again);
    }, QUIET_MS);
  }
}

function fire(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

customElements.define("live-stream", LiveStream);
