// A worker that ticks for presence.js: every so many milliseconds as the first message says.
onmessage = ({ data }) => setInterval(() => postMessage("tick"), data);
