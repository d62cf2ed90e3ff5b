"""The product, with each answer telling how many queries it took, and the floor's constants beside its own URLs."""

from bench.counted_settings import *  # noqa: F403 - everything as it is
from bench.counted_settings import TEMPLATES, env

ROOT_URLCONF = "bench.floor.figures_urls"
TEMPLATES[0]["DIRS"] = [env.str("BENCH_TEMPLATES"), *TEMPLATES[0]["DIRS"]]
