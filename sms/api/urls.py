"""The API of texts, with and without a trailing slash."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
