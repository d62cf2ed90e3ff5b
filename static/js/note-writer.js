// <note-writer> around a note's form: "@" opens the list of colleagues, and whom one chooses beside the field is
// written into the note, where the caret was, so that several can be mentioned; Ctrl+Enter (Cmd+Enter) saves.
// Without this the choice itself is sent.
import { MentionList, write } from "./mention-list.js";

class NoteWriter extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.people = this.querySelector("select");
    this.people.addEventListener("change", () => this.#mention());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.closest("form").requestSubmit();
    });
    new MentionList({
      field: this.field,
      list: this.querySelector("[role=listbox]"),
      status: this.querySelector("[data-mention-status]"),
      names: [...this.people.options].filter((one) => one.value).map((one) => one.text),
    });
  }

  #mention() {
    const chosen = this.people.selectedOptions[0];
    if (!chosen?.value) return;
    const { selectionStart, value } = this.field;
    const space = selectionStart && !/\s$/.test(value.slice(0, selectionStart)) ? " " : "";
    this.people.value = "";
    write(this.field, `${space}@${chosen.text} `);
  }
}

customElements.define("note-writer", NoteWriter);
