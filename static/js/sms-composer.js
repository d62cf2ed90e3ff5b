// <sms-composer> inside a message form: counts characters and segments while typing, warns, grows with the text,
// offers plainer characters that take fewer segments, sends on Ctrl+Enter (Cmd+Enter), and is quiet while a text is on
// its way. The words come from data-texts, in the language of the page. The form works without any of this.
import { withLookAlikes } from "./gsm-look-alikes.js";
import { count, MAX_SEGMENTS } from "./segments.js";

const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

class SmsComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.field = this.querySelector("textarea");
    this.button = this.querySelector("[data-send]");
    this.texts = JSON.parse(this.dataset.texts);
    this.plain = this.querySelector("[data-plain]");
    this.plain.addEventListener("click", () => this.#writePlainly());
    this.plural = new Intl.PluralRules(document.documentElement.lang);
    this.money = this.dataset.price && moneyIn(this.dataset.currency);
    this.field.addEventListener("input", () => this.#typed());
    this.addEventListener("files:changed", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#keyPressed(event));
    this.form.addEventListener("htmx:beforeRequest", this.#startSending);
    this.form.addEventListener("htmx:afterRequest", this.#stopSending);
    this.#show();
  }

  /** While somebody writes, the person may opt out (or in again): the text stays, sending stops. */
  set blocked(isBlocked) {
    this.field.disabled = isBlocked;
    this.querySelector("[type=file]").disabled = isBlocked;
    this.#show();
  }

  #typed() {
    // After a failure nobody knows whether the first text was taken; a changed one is another text.
    if (this.failed) this.form.elements.request_key.value = randomKey();
    this.failed = false;
    this.replaced = false;
    this.#show();
  }

  /** Replace what has a look-alike. The browser's own undo brings it back. */
  #writePlainly() {
    const { selectionStart, value } = this.field;
    const caret = withLookAlikes(value.slice(0, selectionStart)).length;
    this.field.focus();
    this.field.select();
    // Deprecated, and the only way that keeps what Ctrl+Z needs.
    if (!document.execCommand("insertText", false, withLookAlikes(value))) {
      this.field.value = withLookAlikes(value);
    }
    this.field.setSelectionRange(caret, caret);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.replaced = true;
    this.#show();
  }

  #keyPressed(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!this.button.disabled) this.form.requestSubmit(this.button);
  }

  // Written by hand, because a disabled button would lose the focus.
  #startSending = (event) => {
    if (event.target !== this.form) return;
    this.button.setAttribute("aria-busy", "true");
    this.button.disabled = true;
    this.field.readOnly = true;
  };

  #stopSending = (event) => {
    if (event.target !== this.form) return;
    this.failed = !event.detail.successful;
    this.button.removeAttribute("aria-busy");
    this.field.readOnly = false;
    this.#show();
  };

  #show() {
    const result = count(this.field.value);
    const tooLong = result.segments > MAX_SEGMENTS;
    this.querySelector("[data-count]").textContent = this.#countText(result);
    const warning = this.querySelector("[data-warning]");
    const words = this.#warningText(result, tooLong);
    if (warning.textContent !== words) warning.textContent = words;
    warning.classList.toggle("warns-badly", tooLong);
    this.#offerPlain(result);
    this.button.disabled = tooLong || this.field.disabled || Boolean(this.querySelector("file-tray").isBusy);
    this.querySelector("[data-default]").disabled = this.button.disabled;
    if (!GROWS_BY_ITSELF) this.#grow();
  }

  #countText({ chars, segments, encoding, perSegment }) {
    const limit = this.texts.max.replace("{n}", perSegment);
    const withFiles = this.querySelector("[name=attachment]") && this.dataset.filesPrice;
    if (withFiles) {
      const price = moneyIn(this.dataset.filesCurrency).format(Number(withFiles));
      return `${this.#say("chars", chars)} · MMS · ≈ ${price}`;
    }
    const words = `${this.#say("chars", chars)} · ${this.#say("segments", segments)} · ${encoding} (${limit})`;
    return segments && this.money ? `${words} · ≈ ${this.money.format(segments * Number(this.dataset.price))}` : words;
  }

  #offerPlain({ foreign }) {
    const plain = foreign.length ? withLookAlikes(this.field.value) : this.field.value;
    this.plain.hidden = plain === this.field.value || this.field.disabled;
    if (!this.plain.hidden) this.plain.textContent = this.#say("plain", count(plain).segments);
  }

  #warningText({ segments, foreign }, tooLong) {
    if (this.replaced) return this.texts.replaced;
    const shown = foreign.slice(0, 5).map((char) => this.#visible(char)).join(" ") + (foreign.length > 5 ? " …" : "");
    if (tooLong && !foreign.length) return this.texts.tooLong;
    if (tooLong) return `${this.texts.tooLong} · ${this.texts.foreign.replace("{characters}", shown)}`;
    const words = [];
    if (segments > 1) words.push(this.#say("several", segments));
    if (foreign.length) words.push(this.texts.foreign.replace("{characters}", shown));
    return words.join(" · ");
  }

  /** Characters that cannot be seen have a name, or at least a code. */
  #visible(char) {
    if (!/[\p{C}\p{Z}]/u.test(char)) return char;
    const code = char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return this.texts.names[code] ?? `U+${code}`;
  }

  #say(key, number) {
    const forms = this.texts[key];
    return (forms[this.plural.select(number)] ?? forms.other).replace("{n}", number);
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 240)}px`;
  }
}


// A text costs parts of a cent.
function moneyIn(currency) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency, maximumFractionDigits: 6 });
}

// crypto.randomUUID exists only on HTTPS and localhost.
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

customElements.define("sms-composer", SmsComposer);
