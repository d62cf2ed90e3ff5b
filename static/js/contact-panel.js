// <contact-panel> around a <details>: whether the panel beside a conversation is hidden stays as it was chosen, in this
// browser, for every conversation.

const KEY = "contact-panel";

class ContactPanel extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    if (!details) return;
    details.open = localStorage.getItem(KEY) !== "hidden";
    details.addEventListener("toggle", () => localStorage.setItem(KEY, details.open ? "shown" : "hidden"));
  }
}

customElements.define("contact-panel", ContactPanel);
