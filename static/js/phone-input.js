// <phone-input> around a telephone field: puts spaces in while one types at the end of the number, and says "left"
// when the field is left with another number. (Chromium sends no "change" once a script has touched the value.)
// Only lightly: the server then reads, checks and writes the number properly.

class PhoneInput extends HTMLElement {
  #before = "";

  connectedCallback() {
    this.addEventListener("input", (event) => this.#format(event));
    this.addEventListener("focusin", (event) => (this.#before = event.target.value));
    this.addEventListener("focusout", (event) => {
      if (event.target.value !== this.#before) event.target.dispatchEvent(new CustomEvent("left"));
    });
  }

  #format({ target: field, inputType }) {
    const atEnd = field.selectionStart === field.value.length;
    if (!atEnd || inputType?.startsWith("delete")) return;
    const formatted = spaced(field.value);
    if (formatted !== field.value) field.value = formatted;
  }
}

function spaced(text) {
  const digits = text.replace(/\D/g, "");
  if (!text.trimStart().startsWith("+")) return text;
  return `+${digits}`.replace(/(\d{3})(?=\d)/g, "$1 ");
}

customElements.define("phone-input", PhoneInput);
