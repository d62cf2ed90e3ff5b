// The reason for a status belongs to the status that is chosen next, and stays while it is being written: news of the
// status draw its form again, and would take half a word away.

const REASON = ".presence-switch [name=reason]";
const isWritten = (field) => field.value !== field.defaultValue;

// Nobody has touched it since it came from the server, so it was the reason for the last status.
document.addEventListener("change", ({ target }) => {
  const field = target.closest(".presence-switch select") && target.form.elements.reason;
  if (field && !isWritten(field) && target.value !== target.dataset.status) field.value = "";
}, true);

// Nothing was written down, so the reason is the status's still.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const field = target.matches(".presence-switch") && target.elements.reason;
  if (field && !detail.successful && field.value === "") field.value = field.defaultValue;
});

// The server has taken it: from here on it is the server's.
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  const field = target.matches(".presence-switch") && target.elements.reason;
  const { verb, formData } = detail.requestConfig;
  if (!field || verb !== "post" || detail.xhr.status >= 300) return;
  if (field.value === formData.get("reason")) field.defaultValue = field.value;
});

// Asked once for each morph, before it begins: it sets the attribute first, and then the value.
let isKept = false;
const { callbacks } = Idiomorph.defaults;
callbacks.beforeNodeMorphed = (part) => {
  if (part.matches?.(REASON)) isKept = isWritten(part);
};
callbacks.beforeAttributeUpdated = (name, part) => !(isKept && name === "value" && part.matches(REASON));
