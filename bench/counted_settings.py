"""The product, with each answer telling how many queries it took (X-Queries)."""

from contactcenter.settings.base import *  # noqa: F403 - everything as it is
from contactcenter.settings.base import MIDDLEWARE

MIDDLEWARE.insert(0, "bench.counting.count_queries")
