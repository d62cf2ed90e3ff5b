"""`manage.py up` and the commands beside it: what the environment does not say comes from the running `up`."""

import os
from pathlib import Path

_written_by_up = Path(__file__).resolve().parents[2] / ".local" / "env"
if _written_by_up.is_file():
    for _line in _written_by_up.read_text(encoding="utf-8").splitlines():
        _name, _equals, _value = _line.partition("=")
        if _equals and not _name.startswith("#"):
            os.environ.setdefault(_name.strip(), _value)

from .base import *  # noqa: E402, F403 - the variables above must be set before base reads them

# Into files, because a password link must not stand in a log.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / ".local" / "mail"  # noqa: F405
LOG_FORMAT = os.environ.get("LOG_FORMAT", "text")
LOGGING["handlers"]["console"]["formatter"] = LOG_FORMAT  # type: ignore[index]  # noqa: F405
STYLEGUIDE = True
