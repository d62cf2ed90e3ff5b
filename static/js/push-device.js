// <push-device> offers to be notified in this browser. It asks for the permission only when somebody pressed the button,
// and says in words what is the matter when there is none.

const supported = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

class PushDevice extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.#subscribe());
    document.addEventListener("htmx:afterSettle", this.#look);
    this.#look();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:afterSettle", this.#look);
  }

  #look = async () => {
    if (!supported() || !this.dataset.key) return this.#show("impossible");
    if (Notification.permission === "denied") return this.#show("refused");
    const registration = await navigator.serviceWorker.getRegistration();
    const subscription = await registration?.pushManager.getSubscription();
    this.#show(subscription && (await this.#isKnown(subscription)) ? "on" : "");
  };

  async #isKnown({ endpoint }) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    const name = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return document.querySelector(`[data-device="${name}"]`) !== null;
  }

  async #subscribe() {
    if ((await Notification.requestPermission()) !== "granted") return this.#show(Notification.permission === "denied" ? "refused" : "");
    try {
      const { pushManager } = await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: this.dataset.key };
      const { endpoint, keys } = (await pushManager.subscribe(options)).toJSON();
      const values = { endpoint, ...keys };
      await window.htmx.ajax("POST", this.dataset.add, { source: this, target: "#devices", swap: "outerHTML", values });
    } catch {
      this.#show("failed");
    }
  }

  #show(state) {
    for (const words of this.querySelectorAll("[data-for]")) words.hidden = words.dataset.for !== state;
    this.button.hidden = state !== "" && state !== "failed";
  }
}

customElements.define("push-device", PushDevice);
