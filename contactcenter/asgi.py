"""ASGI entry point: pages, API, webhooks and the live stream."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings.base")

application = get_asgi_application()
