// <note-writer> around a note's form: whom one chooses to mention is written into the note, where the caret was, so
// that several colleagues can be mentioned; Ctrl+Enter (Cmd+Enter) saves. Without this the choice itself is sent.

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
  }

  #mention() {
    const chosen = this.people.selectedOptions[0];
    if (!chosen?.value) return;
    const { selectionStart, selectionEnd, value } = this.field;
    const space = selectionStart && !/\s$/.test(value.slice(0, selectionStart)) ? " " : "";
    this.field.setRangeText(`${space}@${chosen.text} `, selectionStart, selectionEnd, "end");
    this.people.value = "";
    this.field.focus();
  }
}

customElements.define("note-writer", NoteWriter);
