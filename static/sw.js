// The service worker: shows a page of ours when there is no connection, and notifications while no page is open.
// It keeps static files and the offline page; never a page of somebody, never the API. `SHELL` and `VERSION` are put in
// front of this file by contactcenter/web/views/installed.py.

const OFFLINE = "/offline/";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll([OFFLINE, ...SHELL])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forgetOthers = async () => {
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forgetOthers());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (url.pathname.startsWith("/static/")) event.respondWith(freshOrKept(request));
});

async function freshOrKept(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("push", (event) => {
  const { body, url, tag } = event.data.json();
  const options = { body, tag, renotify: true, icon: "/static/icons/icon-192.png", data: { url } };
  event.waitUntil(self.registration.showNotification("Voice by Kraliki", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, location.origin).href;
  const open = async () => {
    const pages = await self.clients.matchAll({ type: "window" });
    const page = pages.find((one) => one.url === target);
    return page ? page.focus() : self.clients.openWindow(target);
  };
  event.waitUntil(open());
});
