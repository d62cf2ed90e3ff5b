// <full-screen of="id"> around a button: shows that part of the page on the whole screen, and takes it back. Where the
// browser cannot do that, there is no button.

class FullScreen extends HTMLElement {
  connectedCallback() {
    this.hidden = !document.fullscreenEnabled;
    this.addEventListener("click", this.#toggle);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#toggle);
  }

  #toggle = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.getElementById(this.getAttribute("of"))?.requestFullscreen().catch(() => {});
  };
}

customElements.define("full-screen", FullScreen);
