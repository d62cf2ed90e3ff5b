"""Settings of the test suite: throw-away servers, cheap passwords, nothing that reaches beyond loopback."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("CREDENTIAL_KEYS", "dGVzdC1rZXktZm9yLXRlc3RzLW9ubHktMzItYnl0ZXM=")
os.environ.setdefault("SIGNING_KEYS", "dGVzdC1zZWVkLW9mLWEtc2lnbmluZy1rZXktMzJieXQ")
os.environ.setdefault("PUSH_PRIVATE_KEY", "dGVzdC1zZWVkLW9mLWEtc2lnbmluZy1rZXktMzJieXQ")
os.environ.setdefault("PUBLIC_BASE_URL", "http://testserver")
os.environ.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")

from .base import *  # noqa: F403 - the variables above must be set before base reads them

# Tests of the rates set them; all others do not wait for one.
LONG_CODE_TEXTS_PER_SECOND = TOLL_FREE_TEXTS_PER_SECOND = SHORT_CODE_TEXTS_PER_SECOND = 1000.0
TELNYX_TEXTS_PER_SECOND = 1000.0
# What a test counts is written when it asks for it, not by a thread beside it.
METRICS_FLUSH_SECONDS = METRICS_CACHE_SECONDS = 0.0
# Tests of taking a text back set it.
UNDO_SECONDS = 0.0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
TWILIO_API_BASE_URL = os.environ.get("TWILIO_API_BASE_URL", "http://127.0.0.1:9")
TELNYX_API_BASE_URL = os.environ.get("TELNYX_API_BASE_URL", "http://127.0.0.1:9/v2")
# Every client of a test builds the middleware anew: look for a static file when it is asked for, not for all of them.
WHITENOISE_AUTOREFRESH = True
