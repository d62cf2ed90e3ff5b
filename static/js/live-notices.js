// <live-notices data-user data-url> tells the person of what concerns them while a page is open. The stream says that
// something happened, and to whom; what to do about it (show, sound, nothing) the server knows.

const ASKED_AGAIN_AFTER_MS = 30_000;
const SHOWN_FOR_MS = 8000;
const ONE_TAB_FOR_MS = 2000;

class LiveNotices extends HTMLElement {
  #answers = new Map();

  connectedCallback() {
    document.body.addEventListener("notice", this.#receive);
  }

  disconnectedCallback() {
    document.body.removeEventListener("notice", this.#receive);
  }

  #receive = async ({ detail }) => {
    const people = detail.people ? detail.people.split(",") : [this.dataset.user];
    if (!people.includes(this.dataset.user)) return;
    const answer = await this.#ask(detail.kind);
    if (!answer) return;
    const open = document.querySelector("[data-conversation]")?.dataset.conversation;
    const isSeen = document.visibilityState === "visible" && open === detail.about && detail.kind !== "failed";
    if (answer.show && !isSeen) this.#show(answer.words, detail.about, detail.kind);
    if (answer.sound && !isSeen) once(`notice-${detail.cause}`, ring);
  };

  async #ask(event) {
    const known = this.#answers.get(event);
    if (known && known.until > Date.now()) return known.answer;
    try {
      const response = await fetch(`${this.dataset.url}?event=${encodeURIComponent(event)}`);
      if (!response.ok) return null;
      const answer = await response.json();
      this.#answers.set(event, { answer, until: Date.now() + ASKED_AGAIN_AFTER_MS });
      return answer;
    } catch {
      return null; // Without a connection there is nothing to tell either.
    }
  }

  #show(words, conversation, kind) {
    const template = document.getElementById(`flash-notice-${kind}`) ?? document.getElementById("flash-notice");
    const notice = template.content.cloneNode(true).firstElementChild;
    notice.querySelector("span").textContent = words;
    const link = notice.querySelector("a");
    link.href = link.href.replace("00000000-0000-0000-0000-000000000000", conversation);
    document.getElementById("flashes").append(notice);
    setTimeout(() => notice.matches(":hover, :focus-within") || notice.remove(), SHOWN_FOR_MS);
  }
}

// Of several tabs one rings.
function once(name, deed) {
  if (!navigator.locks) return deed();
  navigator.locks.request(name, { ifAvailable: true }, (lock) => {
    if (!lock) return null;
    deed();
    return new Promise((resolve) => setTimeout(resolve, ONE_TAB_FOR_MS));
  });
}

// Two short notes, made here: no file to load. Browsers stay silent until somebody has used the page.
function ring() {
  const audio = new AudioContext();
  if (audio.state === "suspended") return audio.close();
  [880, 1320].forEach((hertz, number) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + number * 0.12;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.15, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.18);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.2);
    if (number === 1) tone.onended = () => audio.close();
  });
  return null;
}

customElements.define("live-notices", LiveNotices);
