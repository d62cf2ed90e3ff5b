"""The product's settings without anything that runs per request: the floor's lists, no middleware."""

from contactcenter.settings.base import *  # noqa: F403 - the same database, logs, keys and server as the product

INSTALLED_APPS = ["contactcenter.core", "django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.floor.api_urls"
