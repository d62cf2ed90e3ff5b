"""The product, with the floor's page beside its own: same middleware, same template engine, same server."""

from contactcenter.settings.base import *  # noqa: F403 - everything as it is
from contactcenter.settings.base import TEMPLATES, env

ROOT_URLCONF = "bench.floor.page_urls"
TEMPLATES[0]["DIRS"] = [env.str("BENCH_TEMPLATES"), *TEMPLATES[0]["DIRS"]]
