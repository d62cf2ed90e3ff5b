// The page for no connection: comes back by itself, under the address that was asked for.
addEventListener("online", () => location.reload());
document.querySelector("[data-again]").addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});
document.querySelector("[data-back]").addEventListener("click", () => history.back());
