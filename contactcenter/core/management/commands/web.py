"""`manage.py web`: the web server (pages, API, hooks, live stream) in the foreground."""

import warnings
from argparse import ArgumentParser

import uvicorn
from django.core.management.base import BaseCommand

from contactcenter.local.environment import DEFAULT_PORT

# A live stream never ends by itself; a page takes less than this.
GRACE_SECONDS = 2


class Command(BaseCommand):
    help = "Serve pages, API, hooks and the live stream with uvicorn, in the foreground."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen on")

    def handle(self, *args: object, host: str, port: int, **options: object) -> None:
        """Serve until TERM. The access log stays off: its lines would hold people's search words."""
        # Only a production image collects static files; elsewhere they are served from where they lie.
        warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
        # Whitenoise reads its files synchronously; in production a proxy or a CDN stands before it.
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
        self.stdout.write(f"Serving on http://{host}:{port}")
        uvicorn.run(
            "contactcenter.asgi:application",
            host=host,
            port=port,
            access_log=False,
            log_config=None,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )
