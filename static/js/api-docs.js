// Swagger UI over our own description. Endpoints are tried with the session of this browser.
const place = document.getElementById("api");

function csrfToken() {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith("csrftoken="));
  return found ? found.slice("csrftoken=".length) : "";
}

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  // The validator is somebody else's server.
  validatorUrl: null,
  requestInterceptor(request) {
    const isOurs = new URL(request.url, window.location.href).origin === window.location.origin;
    if (isOurs && !["GET", "HEAD", undefined].includes(request.method)) {
      request.headers["X-CSRFToken"] = csrfToken();
    }
    return request;
  },
});
