"""What Python's garbage collector has to look through."""

import gc


def spare_what_is_loaded() -> None:
    """Take all that is in memory now (modules, SDKs, settings) out of the collector's rounds, for good.

    A full round through them takes a worker some 0.1 s in which no thread runs, again and again while texts flow.
    To be called once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
