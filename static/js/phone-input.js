// <phone-input> around a telephone field: puts spaces in while one types at the end of the number.
// Only lightly: the server reads, checks and writes the number properly when the field is left.

class PhoneInput extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", (event) => {
      const field = event.target;
      const atEnd = field.selectionStart === field.value.length;
      const deleting = event.inputType?.startsWith("delete");
      if (atEnd && !deleting) field.value = spaced(field.value);
    });
  }
}

function spaced(text) {
  const digits = text.replace(/\D/g, "");
  if (!text.trimStart().startsWith("+")) return text;
  return `+${digits}`.replace(/(\d{3})(?=\d)/g, "$1 ");
}

customElements.define("phone-input", PhoneInput);
