// The list of colleagues that opens while somebody writes "@" into a note. The field keeps the focus: arrows choose,
// Enter or Tab writes the name, Escape closes, and aria-activedescendant says which one it is.

const MOST = 8;
const LONGEST_NAME = 60;
// "@" at the start of a word, and what follows it up to the caret.
const BEGUN = /(?:^|[\s(])@([^@\n]*)$/;

export class MentionList {
  #begun = 0;

  /** `names` are the colleagues', `status` is the element that tells screen readers about the list. */
  constructor({ field, list, status, names }) {
    Object.assign(this, { field, list, status, names });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.addEventListener("input", () => this.#look());
    field.addEventListener("click", () => this.#look());
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("keydown", this.#keyPressed);
    // A click on the list must not take the focus away before it is one.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.#take(event.target.closest("[role=option]")));
  }

  #look() {
    const { selectionStart, selectionEnd, value } = this.field;
    const typed = selectionStart === selectionEnd && BEGUN.exec(value.slice(0, selectionStart))?.[1];
    if (typeof typed !== "string" || typed.length > LONGEST_NAME) return this.#close();
    const found = this.names.filter((name) => fits(name, typed)).slice(0, MOST);
    if (!found.length) return this.#close();
    this.#begun = selectionStart - typed.length;
    this.#show(found);
  }

  #show(names) {
    const isNew = this.list.hidden;
    this.list.replaceChildren(...names.map(option));
    this.list.hidden = false;
    this.field.setAttribute("aria-controls", this.list.id);
    if (isNew) this.status.textContent = this.list.dataset.help;
    this.#mark(this.list.firstElementChild);
  }

  #close() {
    this.list.hidden = true;
    this.status.textContent = "";
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  #keyPressed = (event) => {
    if (this.list.hidden || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move && !["Enter", "Tab", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (move) this.#move(move);
    else if (event.key === "Escape") this.#close();
    else this.#take(this.#marked());
  };

  #marked() {
    return this.list.querySelector("[aria-selected=true]");
  }

  #move(step) {
    const options = [...this.list.children];
    const next = options.indexOf(this.#marked()) + step;
    this.#mark(options[(next + options.length) % options.length]);
  }

  #mark(option) {
    this.#marked()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  #take(option) {
    if (!option) return;
    const name = option.textContent;
    this.field.setSelectionRange(this.#begun, this.field.selectionStart);
    this.#close();
    write(this.field, `${name} `);
  }
}

/** Write over what is selected in a field. */
export function write(field, text) {
  field.focus();
  // Deprecated, and the only way that keeps what Ctrl+Z needs.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function option(name, number) {
  const item = document.createElement("li");
  Object.assign(item, { id: `colleague-${number}`, className: "offer", textContent: name });
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
}

// The name, or a word of it, begins so; accents and capitals make no difference.
function fits(name, typed) {
  return ` ${plain(name)}`.includes(` ${plain(typed)}`);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
