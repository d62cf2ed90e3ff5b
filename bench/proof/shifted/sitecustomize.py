"""Lets a process sleep whose clock libfaketime shifts: its version 0.9.10 asks the kernel for a moment that is none.

Only such processes have this folder in PYTHONPATH. Without it `time.sleep` fails, and a worker ends the first time it
waits for the broker.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select((), (), (), seconds)


time.sleep = _sleep
