"""Addresses of the admin, for its tests."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse


def models() -> list[type[Model]]:
    """Return the registered models, always in the same order."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def list_page(model: type[Model]) -> str:
    return _page(model, "changelist")


def add_page(model: type[Model]) -> str:
    return _page(model, "add")


def pages_of(obj: Model) -> list[str]:
    """Return every page about one object."""
    return [_page(type(obj), name, obj.pk) for name in ("change", "history", "delete")]


def change_page(obj: Model) -> str:
    return _page(type(obj), "change", obj.pk)


def _page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)
