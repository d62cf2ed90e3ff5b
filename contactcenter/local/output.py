"""One terminal for many processes: whole lines, each with the name of who said it. Standard library only."""

import os
import sys
import threading
from collections.abc import Iterable

COLOURS = {"setup": 37, "web": 32, "worker": 34, "beat": 35, "simulator": 33, "up": 36}
WIDTH = max(map(len, COLOURS))


class Terminal:
    """Writes prefixed lines; keeps quiet for good once nobody reads any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str) -> None:
        """Write one line of one process."""
        prefix = f"{name:<{WIDTH}} |"
        if self._coloured:
            prefix = f"\033[{COLOURS.get(name, 36)}m{prefix}\033[0m"
        self._write(f"{prefix} {text}\n")

    def box(self, lines: Iterable[str]) -> None:
        """Write lines in a frame, so that they are found between the logs."""
        content = list(lines)
        width = max(map(len, content))
        edge = "+" + "-" * (width + 4) + "+\n"
        self._write(edge + "".join(f"|  {text:<{width}}  |\n" for text in content) + edge)

    def _write(self, text: str) -> None:
        with self._lock:
            try:
                sys.stdout.write(text)
                sys.stdout.flush()
            except (OSError, ValueError):  # The terminal was closed; the processes go on.
                self._write = lambda text: None  # type: ignore[method-assign]
