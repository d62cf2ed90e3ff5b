// The page for no connection: comes back by itself, under the address that was asked for.

const AGAIN_MS = 4000;

const comeBack = () => location.reload();

// "online" alone is not enough: the connection can be back before this script runs, and when only the server was away
// the browser never was offline.
async function ask() {
  try {
    const { ok } = await fetch("/manifest.webmanifest", { cache: "no-store" });
    if (ok) return comeBack();
  } catch {
    // Still away.
  }
  setTimeout(ask, AGAIN_MS);
}

addEventListener("online", comeBack);
setTimeout(ask, AGAIN_MS);
document.querySelector("[data-again]").addEventListener("click", (event) => {
  event.preventDefault();
  comeBack();
});
document.querySelector("[data-back]").addEventListener("click", () => history.back());
