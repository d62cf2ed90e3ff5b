"""Settings of every installation: all of it from the environment, safe for production, loud when something is missing.

`.env.example` explains each variable in one sentence.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from .carrying import *  # noqa: F403 - settings, all of them
from .carrying import SWEEP_INTERVAL_SECONDS

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]

# --- The outside world -------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL").rstrip("/")
_public = urlsplit(PUBLIC_BASE_URL)
IS_HTTPS = _public.scheme == "https"
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"{_public.scheme}://{_public.netloc}"])

# Fernet keys, newest first: the first encrypts, all of them decrypt.
# Without them one is derived from SECRET_KEY, which must then never change.
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[]) or [
    urlsafe_b64encode(sha256(b"provider credentials" + SECRET_KEY.encode()).digest()).decode()
]

OPERATOR_TOKENS = [token for token in env.list("OPERATOR_TOKENS", default=[]) if token]
# Seconds between two writings of what a process has counted, 0: never; and for which an answer of /metrics is kept.
METRICS_FLUSH_SECONDS = env.float("METRICS_FLUSH_SECONDS", default=5.0)
METRICS_CACHE_SECONDS = env.float("METRICS_CACHE_SECONDS", default=5.0)
# The page of all components, for developers; `up` turns it on.
STYLEGUIDE = env.bool("STYLEGUIDE", default=False)
SIMULATOR_URL = env.str("SIMULATOR_URL", default="").rstrip("/")
FIRST_ORGANIZATION_NAME = env.str("FIRST_ORGANIZATION_NAME", default="")

# --- Applications ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "contactcenter.core",
    "contactcenter.web",
    "agents",
    "calls",
    "sms",
    "analytics",
    "contactcenter.core.admin_config.VoiceAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "allauth",
    "allauth.account",
    "csp",
    "django_celery_beat",
    "lucide",
]
MIDDLEWARE = [
    "contactcenter.web.measuring.MeasuringMiddleware",
    "contactcenter.web.middleware.HooksFirstMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "contactcenter.web.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "contactcenter.urls"
WSGI_APPLICATION = "contactcenter.wsgi.application"
ASGI_APPLICATION = "contactcenter.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "contactcenter.web.context.page",
            ],
        },
    },
]

# --- Data --------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# Of the statements that contactcenter.core.statements asks; Django's own are never prepared.
DATABASE_KEEPS_PLANS = env.bool("DATABASE_KEEPS_PLANS", default=True)
_pool_size = env.int("DATABASE_POOL_SIZE", default=0)
if _pool_size:  # Under ASGI every request has a thread of its own, so persistent connections would not be found again.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": _pool_size,
        "timeout": 5,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL")
# Log-in throttles must hold while Valkey is down, so the cache lives in PostgreSQL.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media"))

# --- Celery: executor and doorbell, never the queue ----------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "visibility_timeout": 3600,
}
CELERY_DB_REUSE_MAX = env.int("CELERY_DB_REUSE_MAX", default=1000)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The engine lives in threads of the worker process; a forked pool would copy it half alive.
CELERY_WORKER_POOL = "threads"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sms-sweep": {"task": "sms.tasks.sweep", "schedule": timedelta(seconds=max(1.0, SWEEP_INTERVAL_SECONDS))},
    "rollups": {"task": "analytics.tasks.refresh_rollups", "schedule": timedelta(seconds=60)},
}

# --- Events for other systems --------------------------------------------------------------------------------
# Empty: events are kept in the outbox, and nobody is told.
EVENT_BUS_URL = env.str("EVENT_BUS_URL", default="")
EVENT_RETENTION_DAYS = env.int("EVENT_RETENTION_DAYS", default=30)
# As a module of a platform: texts are asked for on the bus, and the platform's headers may say who calls.
PLATFORM_MODE = env.bool("PLATFORM_MODE", default=False)
PLATFORM_REQUEST_SECONDS = env.int("PLATFORM_REQUEST_SECONDS", default=300)
PLATFORM_SHARED_SECRET = env.str("PLATFORM_SHARED_SECRET", default="")
PLATFORM_TLS_HEADER = env.str("PLATFORM_TLS_HEADER", default="")
PLATFORM_TLS_VALUE = env.str("PLATFORM_TLS_VALUE", default="")

if EVENT_BUS_URL and urlsplit(EVENT_BUS_URL).scheme not in {"amqp", "amqps", "redis", "rediss"}:
    raise environ.ImproperlyConfigured("EVENT_BUS_URL must begin with amqp://, amqps://, redis:// or rediss://.")
if EVENT_RETENTION_DAYS < 1 or PLATFORM_REQUEST_SECONDS < 1:
    raise environ.ImproperlyConfigured("EVENT_RETENTION_DAYS and PLATFORM_REQUEST_SECONDS must be at least 1.")
if PLATFORM_MODE and not EVENT_BUS_URL:
    raise environ.ImproperlyConfigured("PLATFORM_MODE needs EVENT_BUS_URL: texts are asked for on the bus.")
if PLATFORM_SHARED_SECRET and len(PLATFORM_SHARED_SECRET) < 32:
    raise environ.ImproperlyConfigured("PLATFORM_SHARED_SECRET must have at least 32 characters.")
if bool(PLATFORM_TLS_HEADER) != bool(PLATFORM_TLS_VALUE):
    raise environ.ImproperlyConfigured("PLATFORM_TLS_HEADER and PLATFORM_TLS_VALUE go together.")

# --- Figures -----------------------------------------------------------------------------------------------
# Within how many seconds an inbound call is answered in time, for the service level.
SERVICE_LEVEL_SECONDS = env.int("SERVICE_LEVEL_SECONDS", default=20)
# How often workers count hours that are over, or changed. Figures are exact in between, too.
ROLLUP_INTERVAL_SECONDS = env.float("ROLLUP_INTERVAL_SECONDS", default=10.0)

# For how many days the files of exports are kept.
EXPORT_DAYS = env.int("EXPORT_DAYS", default=7)

if not 1 <= SERVICE_LEVEL_SECONDS <= 3600:
    raise environ.ImproperlyConfigured("SERVICE_LEVEL_SECONDS must be between 1 and 3600.")

# --- People ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["contactcenter.web.account.Backend"]
PASSWORD_HASHERS = [
    "contactcenter.core.hashing.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "contactcenter.web.account.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
}
# How many proxies in front are trusted to set X-Forwarded-For; 0 means the socket's own address counts.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update({key: value for key, value in EMAIL_CONFIG.items() if key != "EMAIL_BACKEND"})
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{_public.hostname}")

# --- Languages ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("cs", _("Czech")), ("es", _("Spanish"))]
FORMAT_MODULE_PATH = "contactcenter.formats"
LOCALE_PATHS = [BASE_DIR / "contactcenter" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
_collected = (Path(STATIC_ROOT) / "staticfiles.json").is_file()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _collected

# --- Security ----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/?$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=IS_HTTPS) else None
)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "contactcenter.web.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- The API -----------------------------------------------------------------------------------------------
ACCESS_TOKEN_SECONDS = env.int("ACCESS_TOKEN_SECONDS", default=15 * 60)
REFRESH_TOKEN_SECONDS = env.int("REFRESH_TOKEN_SECONDS", default=7 * 24 * 3600)
REFRESH_GRACE_SECONDS = env.float("REFRESH_GRACE_SECONDS", default=10.0)
INVITATION_SECONDS = env.int("INVITATION_SECONDS", default=7 * 24 * 3600)
# For one person, and for one network address that shows no credentials; in each process. 0 is no limit.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=6000)
API_PUBLIC_REQUESTS_PER_MINUTE = env.int("API_PUBLIC_REQUESTS_PER_MINUTE", default=600)
# Ed25519 seeds (32 bytes in base64url), newest first; without them keys are made in the folder, outside the checkout.
SIGNING_KEYS = env.list("SIGNING_KEYS", default=[])
for _seed in SIGNING_KEYS:
    try:
        _length = len(urlsafe_b64decode(_seed + "=" * (-len(_seed) % 4)))
    except ValueError:
        _length = 0
    if _length != 32:
        raise environ.ImproperlyConfigured("SIGNING_KEYS must be 32 random bytes each, in base64url.")
_home = os.path.expanduser("~")  # An account without a home (some containers) keeps its tilde.
_data_home = Path(f"{_home}/.local/share" if _home != "~" else "/var/lib")
_installation = sha256(str(BASE_DIR).encode()).hexdigest()[:12]
SIGNING_KEYS_DIR = env.path(
    "SIGNING_KEYS_DIR", default=str(_data_home / "voice-by-kraliki" / _installation / "signing-keys")
)
# Notifications: 32 bytes in base64url that browsers' makers know us by; without them a key is made in the folder above.
PUSH_PRIVATE_KEY = env.str("PUSH_PRIVATE_KEY", default="")
# Hosts (and what is below them) that notifications are sent to; a browser names its maker's. Nobody else is asked.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=["fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com"],
)
REST_FRAMEWORK = {
    # The first one names itself in a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "contactcenter.web.api.authentication.BearerAuthentication",
        "contactcenter.web.api.authentication.ApiKeyAuthentication",
        "contactcenter.web.api.platform.PlatformAuthentication",
        "contactcenter.web.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["contactcenter.web.api.permissions.HasRight"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["contactcenter.web.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "contactcenter.web.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "contactcenter.web.api.errors.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Voice by Kraliki",
    "DESCRIPTION": "The contact centre's HTTP API.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Words that different objects keep under the same name.
    "ENUM_NAME_OVERRIDES": {
        "AgentStatus": "agents.enums.AgentStatus.values",
        "SmsStatus": "sms.api.filters.SHOWN_STATUSES",
        "ConversationStatus": "sms.enums.ConversationState.values",
        "AttemptState": "sms.enums.AttemptState.values",
        "CallStatus": "calls.enums.CallStatus.values",
        "CallDirection": "calls.enums.CallDirection.values",
        "SmsDirection": "sms.enums.Direction.values",
    },
}

# --- Logs: structured, without bodies, numbers or tokens -----------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "contactcenter.core.logs.json_formatter"},
        "text": {"()": "contactcenter.core.logs.text_formatter"},
    },
    "filters": {"expected": {"()": "contactcenter.core.logs.ExpectedAnswers"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["expected"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Every request has a line of its own; this one tells of those that failed, with their exception.
        "django.request": {"level": "ERROR"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.utils.functional": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
        "telnyx": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}
