"""What gunicorn says, as every other process of ours says it: its master begins to talk before Django is there.

Left to itself it has a handler of its own, past our formatter: addresses with their queries, headers of strangers, and
exceptions with their words, when an answer fails half-way or an exception escapes.
"""

import logging
import os
import sys

from gunicorn import glogging

from contactcenter.core import logs

# Lines of gunicorn that go on with an address, a header, a traceback with its words, or settings.
_NO_FURTHER = (
    "Error handling request",
    "Invalid request",
    "Exception during worker exit",
    "Current configuration",
)


class Logger(glogging.Logger):
    """Writes as LOG_FORMAT says, and nothing for single requests that are answered: they have lines of ours."""

    def setup(self, cfg: object) -> None:
        """Give gunicorn's handlers our format; gunicorn calls this again when it reads its settings anew."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(_formatter())
            handler.addFilter(_only_our_words)
        logging.captureWarnings(True)  # They are lines, too.


def _formatter() -> logging.Formatter:
    return logs.text_formatter() if os.environ.get("LOG_FORMAT") == "text" else logs.json_formatter()


def _only_our_words(record: logging.LogRecord) -> bool:
    if not isinstance(record.msg, str):
        record.msg, record.args = type(record.msg).__name__, None
    for beginning in _NO_FURTHER:
        if record.msg.startswith(beginning):
            error = sys.exc_info()[0]
            record.msg, record.args = f"{beginning} ({error.__name__})" if error else beginning, None
    if isinstance(record.args, tuple):
        record.args = tuple(type(each).__name__ if isinstance(each, BaseException) else each for each in record.args)
    return True
