// Light, dark, or what the system says. The choice is a cookie, so that the server draws the page right at once.
const YEAR = 365 * 24 * 3600;

class ThemeToggle extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("change", (event) => this.choose(event.target.value));
  }

  choose(theme) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const age = theme ? YEAR : 0;
    document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    if (theme) document.documentElement.dataset.theme = `kraliki-${theme}`;
    else delete document.documentElement.dataset.theme;
  }
}

customElements.define("theme-toggle", ThemeToggle);
