"""The HTTP kit that the apps share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "contactcenter.web"
    label = "web"
