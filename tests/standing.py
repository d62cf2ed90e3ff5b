"""Both organizations' worlds, made once for a module: its tests begin with the same rows, and each is undone alone.

For modules that walk over everything: there a hundred tests would make a hundred times what they only look at.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.factories import Tenant, make_tenant
from tests.world import World


def standing_worlds(make: Callable[[Tenant], World]) -> Any:
    """Return a fixture of a module: a function that gives a test its own copy of an organization's world.

    The transaction of the module is around those of its tests. A test of the same module must not make these
    organizations again, nor commit.
    """

    @pytest.fixture(scope="module")
    def worlds(
        django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Callable[[str, Any], World]]:
        media: Path = tmp_path_factory.mktemp("media")
        around = transaction.atomic()
        with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
            around.__enter__()
            made = {slug: make(make_tenant(slug)) for slug in ("aurora", "borealis")}

        def world(slug: str, settings: Any) -> World:
            settings.MEDIA_ROOT = media
            return deepcopy(made[slug])

        yield world
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)

    return worlds
