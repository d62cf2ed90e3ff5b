"""WSGI entry point: pages, API and webhooks. The live stream needs ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings.base")

application = get_wsgi_application()
