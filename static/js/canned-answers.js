// <canned-answers> above a message field: "/" at the start of the field (or the button) opens the list of templates.
// The words are searched on the server, which fills the variables in; arrows, Enter and Escape work as in any list.
class CannedAnswers extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.field = this.closest("form").querySelector("textarea");
    this.panel = this.querySelector(".offers-panel");
    this.query = this.querySelector("[role=combobox]");
    this.button = this.querySelector("[data-open]");
    this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.#close()));
    this.field.addEventListener("beforeinput", this.#slash);
    this.query.addEventListener("keydown", this.#keyPressed);
    this.query.addEventListener("beforeinput", this.#secondSlash);
    this.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
    this.addEventListener("htmx:afterSwap", () => this.#mark(this.#moved() ?? this.#options()[0]));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.#hide());
    // A click on the list must not take the focus away before it is one.
    this.panel.addEventListener("mousedown", (event) => event.target.closest("[role=option]") && event.preventDefault());
  }

  disconnectedCallback() {
    this.field.removeEventListener("beforeinput", this.#slash);
  }

  open() {
    if (this.field.disabled) return;
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.query.value = "";
    this.movedTo = null;
    this.query.focus();
    this.query.dispatchEvent(new CustomEvent("answers:open"));
  }

  // Not keydown: the keyboards of phones say nothing there.
  #slash = (event) => {
    const atStart = this.field.selectionStart === 0 && this.field.selectionEnd === 0;
    if (event.data !== "/" || !atStart) return;
    event.preventDefault();
    this.open();
  };

  // Who wants the character itself types it twice.
  #secondSlash = (event) => {
    if (event.data !== "/" || this.query.value) return;
    event.preventDefault();
    this.#insert("/");
  };

  #keyPressed = (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move && event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (move) this.#move(move);
    else if (event.key === "Enter") this.#choose(this.#active());
    else this.#close();
  };

  #options() {
    return [...this.querySelectorAll("[role=option]")];
  }

  #active() {
    return this.querySelector("[aria-selected=true]");
  }

  #move(step) {
    const options = this.#options();
    if (!options.length) return;
    const next = options.indexOf(this.#active()) + step;
    const option = options[(next + options.length) % options.length];
    this.movedTo = { id: option.id, query: this.query.value };
    this.#mark(option);
  }

  // Where the arrows had gone when the same list came once more.
  #moved() {
    if (this.movedTo?.query !== this.query.value) return undefined;
    return this.#options().find((option) => option.id === this.movedTo.id);
  }

  #mark(option) {
    this.#active()?.setAttribute("aria-selected", "false");
    this.query.setAttribute("aria-expanded", String(Boolean(option)));
    if (!option) return this.query.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.query.setAttribute("aria-activedescendant", option.id);
  }

  #choose(option) {
    if (option) this.#insert(option.dataset.text);
  }

  #insert(text) {
    this.#close();
    // Deprecated, and the only way that keeps what Ctrl+Z needs.
    if (!document.execCommand("insertText", false, text)) {
      this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  #hide() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.query.setAttribute("aria-expanded", "false");
  }

  #close() {
    this.#hide();
    this.field.focus();
  }
}

customElements.define("canned-answers", CannedAnswers);
