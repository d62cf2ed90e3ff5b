// Redoc over our own description. The nonce lets its style sheets in, but for two that it makes before anybody can tell
// it the nonce: they belong to the scroll bars that are switched off here. Its search would need a worker from a blob,
// and the policy refuses the picture that it fetches from its maker.
const { nonce } = document.currentScript;
const place = document.getElementById("api");

window.Redoc.init(place.dataset.schema, { nonce, disableSearch: true, nativeScrollbars: true }, place);
