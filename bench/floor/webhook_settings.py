"""The product's settings without anything that runs per request: one URL, no middleware."""

from contactcenter.settings.base import *  # noqa: F403 - the same database, logs and server as the product

INSTALLED_APPS = ["contactcenter.core", "django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.floor.webhook_urls"
