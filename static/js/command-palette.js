// <command-palette> in a dialog (Ctrl+K): one field, and under it pages, what can be done with the open conversation,
// and conversations that the server found. Up and down choose, Enter goes. The focus stays in the field.
import { controlOf, use } from "./shortcuts.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.dialog = this.closest("dialog");
    this.field.addEventListener("input", () => this.#filter());
    this.field.addEventListener("keydown", (event) => this.#keyPressed(event));
    this.addEventListener("click", (event) => this.#choose(event, event.target.closest("[role=option]")));
    this.addEventListener("htmx:afterSettle", () => this.#filter());
    new MutationObserver(() => this.dialog.open && this.#begin()).observe(this.dialog, { attributeFilter: ["open"] });
  }

  #begin() {
    for (const deed of this.querySelectorAll("[data-key]")) deed.dataset.isAway = controlOf(deed.dataset.key) ? "" : "1";
    this.querySelector("[data-found]").replaceChildren();
    this.field.value = "";
    this.#filter();
  }

  #filter() {
    const words = plain(this.field.value).split(/\s+/).filter(Boolean);
    for (const option of this.querySelectorAll("[role=option]")) {
      const text = plain(option.textContent);
      // What the server found it found by rules of its own.
      const fits = option.closest("[data-found]") || words.every((word) => text.includes(word));
      option.hidden = !fits || option.dataset.isAway === "1";
    }
    for (const group of this.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    this.querySelector("[data-nothing]").hidden = this.#shown.length > 0;
    this.#select(this.#shown[0]);
  }

  get #shown() {
    return [...this.querySelectorAll("[role=option]:not([hidden])")];
  }

  #select(option) {
    this.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #keyPressed(event) {
    const shown = this.#shown;
    const here = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.#select(shown[(here + by + shown.length) % shown.length]);
    else if (event.key === "Enter") shown[here]?.click();
    else return;
    event.preventDefault();
  }

  // A row of the list opens beside the list; everything else is an ordinary link.
  #choose(event, option) {
    if (!option) return;
    this.dialog.close();
    const row = option.dataset.conversation && document.getElementById(`c-${option.dataset.conversation}`);
    const control = row || (option.dataset.key && controlOf(option.dataset.key));
    if (!control) return;
    event.preventDefault();
    use(control);
  }
}

customElements.define("command-palette", CommandPalette);
