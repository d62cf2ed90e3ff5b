// <file-tray data-url="…"> inside a message form: uploads files as soon as they are chosen, pasted or dropped, one after
// the other with its progress, so that the form only names them. The words come from data-*, {name} is the file's.
// Without this the form brings the files itself.
class FileTray extends HTMLElement {
  #waiting = [];
  #request = null;

  connectedCallback() {
    this.form = this.closest("form");
    this.addEventListener("change", this.#chosen);
    this.addEventListener("click", this.#clicked);
    this.form.addEventListener("paste", this.#pasted);
    this.form.addEventListener("dragover", this.#draggedOver);
    this.form.addEventListener("drop", this.#dropped);
  }

  disconnectedCallback() {
    this.#waiting = [];
    this.#request?.abort();
  }

  get #input() {
    return this.querySelector("[type=file]");
  }

  #chosen = (event) => {
    if (event.target !== this.#input) return;
    const files = [...this.#input.files];
    this.#input.value = "";
    this.#take(files);
  };

  #pasted = (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || this.#input.disabled) return;
    event.preventDefault();
    this.#take(files);
  };

  #draggedOver = (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  };

  #dropped = (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    if (!this.#input.disabled) this.#take([...event.dataTransfer.files]);
  };

  #clicked = (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const chip = button.closest("li");
    this.#waiting = this.#waiting.filter((one) => one.chip !== chip);
    if (this.#request?.chip === chip) this.#request.abort();
    chip.remove();
    this.#input.focus();
    this.#changed();
  };

  #take(files) {
    this.querySelector("[data-problem]").textContent = "";
    for (const file of files) {
      const chip = this.#placeholder(file);
      this.querySelector("ul").append(chip);
      this.#waiting.push({ file, chip });
    }
    this.#changed();
    if (!this.#request) this.#next();
  }

  #next() {
    const { file, chip } = this.#waiting.shift() ?? {};
    this.#request = null;
    this.#changed();
    if (!file) return;
    const request = (this.#request = new XMLHttpRequest());
    request.chip = chip;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      chip.querySelector("progress").value = loaded / (total || 1);
    });
    request.addEventListener("loadend", () => this.#finished(request, file));
    request.open("POST", this.dataset.url);
    request.setRequestHeader("X-CSRFToken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    const form = new FormData();
    form.append("files", file);
    request.send(form);
  }

  #finished(request, file) {
    const { chip, status, responseText } = request;
    if (!this.isConnected) return;
    if (status === 200 && chip.isConnected) {
      chip.outerHTML = responseText;
      this.querySelector("[data-status]").textContent = this.#say("taken", file);
    } else if (chip.isConnected) {
      const words = status === 422 ? `${file.name}: ${responseText}` : this.#say("failed", file);
      this.querySelector("[data-problem]").append(`${words} `);
      chip.remove();
    }
    this.#next();
  }

  #placeholder(file) {
    const chip = document.createElement("li");
    chip.className = "file-chip";
    const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
    const progress = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    progress.setAttribute("aria-label", this.#say("uploading", file));
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.className = "btn btn-ghost btn-sm btn-square";
    button.dataset.remove = "";
    button.setAttribute("aria-label", this.#say("cancel", file));
    chip.append(name, progress, button);
    return chip;
  }

  #say(key, file) {
    return this.dataset[key].replace("{name}", file.name);
  }

  // The composer waits for what is on its way, and its draft and its price follow the files.
  #changed() {
    this.dispatchEvent(new CustomEvent("files:changed", { bubbles: true }));
  }

  get isBusy() {
    return Boolean(this.#request || this.#waiting.length);
  }
}

customElements.define("file-tray", FileTray);
