"""The one settings file. Names are those of the README's table; each is read from the environment once."""

import os
import re
import secrets
import sys
import tempfile
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import cast
from urllib.parse import unquote

import dj_database_url
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from playground import env
from playground.imageapi.providers import DEFAULT_IMAGE_APIS, parse_image_apis

BASE_DIR = Path(__file__).resolve().parent.parent
# pyproject.toml is the one place of the version.
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

# -- address, hosts and proxies --------------------------------------------------------------------------------
DEBUG = env.env_bool("DEBUG", False)
HOST = env.env_text("HOST", "127.0.0.1")
PORT = env.env_int("PORT", 8000, minimum=1, maximum=65535)
PUBLIC_URL = env.env_text("PUBLIC_URL").rstrip("/")
_public = env.parse_url("PUBLIC_URL", PUBLIC_URL)
if PUBLIC_URL and (_public.scheme not in ("http", "https") or not _public.hostname):
    env.exit_with_error("PUBLIC_URL", f"is {PUBLIC_URL!r}, but must be a URL such as https://images.example.org")
IS_HTTPS = _public.scheme == "https"
# The start of links for programs; empty without PUBLIC_URL.
PUBLIC_ORIGIN = f"{_public.scheme}://{_public.netloc}" if PUBLIC_URL else ""
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# The host under which programs on this machine reach a server that listens on HOST.
LOCAL_HOST = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(HOST, f"[{HOST}]" if ":" in HOST else HOST)  # noqa: S104
ALLOWED_HOSTS = env.env_hosts("ALLOWED_HOSTS") or ([_public.hostname] if _public.hostname else [])
TRUSTED_PROXIES = env.env_networks("TRUSTED_PROXIES")
URL_PREFIX = env.env_text_or_empty("URL_PREFIX", "qcode-img/").strip("/")
if not re.fullmatch(r"(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*)?", URL_PREFIX):
    env.exit_with_error("URL_PREFIX", f"is {URL_PREFIX!r}, but must be a path of letters, digits, hyphens and dots")
URL_PREFIX = f"{URL_PREFIX}/" if URL_PREFIX else ""
WEB_WORKERS = env.env_int("WEB_WORKERS", 2, minimum=1, maximum=64)
WEB_THREADS = env.env_int("WEB_THREADS", 600, minimum=4, maximum=4000)
RUNNER_THREADS = env.env_int("RUNNER_THREADS", 2000, minimum=1, maximum=8000)

# -- files and limits -----------------------------------------------------------------------------------------
IS_TESTING = "pytest" in sys.modules
_DEFAULT_DATA = Path(tempfile.gettempdir(), f"playground-test-{os.getpid()}") if IS_TESTING else BASE_DIR / "data"
DATA_DIR = Path(env.env_text("DATA_DIR", str(_DEFAULT_DATA))).absolute()
PICTURES_URL = env.env_text("PICTURES_URL").rstrip("/")
_pictures = env.parse_url("PICTURES_URL", PICTURES_URL)
if PICTURES_URL and not {"file": _pictures.path, "s3": _pictures.netloc}.get(_pictures.scheme):
    env.exit_with_error(
        "PICTURES_URL", f"is {PICTURES_URL!r}, but must be s3://bucket/prefix or file:///a/folder/that/all/share"
    )
SCALE_PACKAGES = "requirements/scale.txt"
if _pictures.scheme == "s3":
    env.require_package("PICTURES_URL", "storages", SCALE_PACKAGES)
# Files that all machines must reach: here, on a shared disk, or in a bucket (then this is a cache).
FILES_DIR = Path(unquote(_pictures.path)) if _pictures.scheme == "file" else DATA_DIR
PICTURES_DIR = FILES_DIR / "pictures"
DRAFTS_DIR = FILES_DIR / "drafts"
# Pictures that do not fit on a full disk are shown from here: from memory where /dev/shm exists.
_MEMORY = Path("/dev/shm")  # noqa: S108 (a private folder in it)
_SPARE_ROOT = _MEMORY if os.access(_MEMORY, os.W_OK) else DATA_DIR / "spare"
SPARE_DIR = _SPARE_ROOT / f"playground-{os.getuid()}-{sha256(bytes(DATA_DIR)).hexdigest()[:12]}"
# A bounded cache of pictures in other formats, made on demand.
CONVERSIONS_DIR = DATA_DIR / "conversions"
MAX_DISK_BYTES = env.env_int("MAX_DISK_BYTES", 0, minimum=0, maximum=2**60)
MIN_FREE_BYTES = env.env_int("MIN_FREE_BYTES", 1024**3, minimum=0, maximum=2**60)
SESSION_MAX_BYTES = env.env_int("SESSION_MAX_BYTES", 1024**3, minimum=1, maximum=2**60)
# Of runs, images, drafts and sessions. Periods without a setting, such as undo: runs/services/retention.py.
RETENTION_DAYS = env.env_int("RETENTION_DAYS", 7, minimum=1, maximum=3650)
SESSION_MAX_PICTURES = env.env_int("SESSION_MAX_PICTURES", 200, minimum=1, maximum=100_000)

_secret_key = env.env_secret("SECRET_KEY")
SECRET_KEY = _secret_key or env.load_or_create_secret(DATA_DIR, "secret_key")
# Seals the API keys of queued runs. By default random and in memory only: forks inherit it, no disk holds it.
_engine_secret = env.env_secret("ENGINE_SECRET")
ENGINE_SECRET = _engine_secret or secrets.token_urlsafe(32)

DATABASE_URL = env.env_secret("DATABASE_URL")
DATABASE_CONNECTIONS = env.env_int("DATABASE_CONNECTIONS", 10, minimum=2, maximum=500)
if DATABASE_URL:
    _parts = env.parse_url("DATABASE_URL", DATABASE_URL)
    if _parts.scheme not in ("sqlite", "postgres", "postgresql"):
        env.exit_with_error("DATABASE_URL", "must start with postgres:// or sqlite://")
    if not _parts.path.strip("/") and "service=" not in _parts.query:
        env.exit_with_error("DATABASE_URL", "has no database name; use the form postgres://user@host/name")
    _database = dict(dj_database_url.parse(DATABASE_URL, conn_max_age=0, conn_health_checks=True))
    if _database["ENGINE"] == "django.db.backends.postgresql":
        # Hundreds of threads share a few connections: a server allows about 100, and opening one costs more than a
        # query. A thread waits 30 s for a free one, longer than any burst lasts.
        _pool = {"min_size": 1, "max_size": DATABASE_CONNECTIONS, "timeout": 30, "max_idle": 60}
        _database["OPTIONS"] = {**cast(dict[str, object], _database.get("OPTIONS", {})), "pool": _pool}
    DATABASES = {"default": _database}
else:
    DATABASES = {
        "default": {
            "ENGINE": "playground.core.db.sqlite_pool",
            "NAME": DATA_DIR / "playground.sqlite3",
            "CONN_MAX_AGE": 0,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                # The operating system caches the file anyway.
                "PRAGMA cache_size=-256;",
            },
            # Threads and processes of the tests share the database, so it cannot be in memory.
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    }

REDIS_URL = env.env_secret("REDIS_URL")
if REDIS_URL:
    _redis = env.parse_url("REDIS_URL", REDIS_URL)
    if _redis.scheme not in ("redis", "rediss", "valkey", "valkeys") or not _redis.hostname:
        env.exit_with_error(
            "REDIS_URL", "must be a URL such as redis://host:6379/0 (or rediss://, valkey://, valkeys://)"
        )
    # Valkey has the same protocol; clients know only the scheme redis.
    REDIS_URL = REDIS_URL.replace("valkey", "redis", 1) if _redis.scheme.startswith("valkey") else REDIS_URL
    if not _engine_secret:
        env.exit_with_error(
            "ENGINE_SECRET", "must be set together with REDIS_URL: web servers encrypt keys that workers decrypt"
        )
    if PICTURES_URL and not _secret_key:
        env.exit_with_error(
            "SECRET_KEY", "must be set together with REDIS_URL and PICTURES_URL: all machines need the same key"
        )
    env.require_package("REDIS_URL", "celery", SCALE_PACKAGES)
    CACHES = {
        "default": {
            "BACKEND": "playground.core.backends.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "playground",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2, "health_check_interval": 10},
        }
    }
# True when no other server can work on this database: then each run that is active at a start is an orphan.
IS_ALONE = not REDIS_URL and (DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql" or not _engine_secret)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- image APIs and runs --------------------------------------------------------------------------------------
BUILTIN_URL = env.env_text("BUILTIN_URL", f"http://{LOCAL_HOST}:{PORT}/{URL_PREFIX}")
# Workers call the built-in API there by plain HTTP: always allowed, never redirected.
_builtin = env.parse_url("BUILTIN_URL", BUILTIN_URL).hostname or ""
if not _builtin or not BUILTIN_URL.startswith(("http://", "https://")):
    env.exit_with_error("BUILTIN_URL", f"is {BUILTIN_URL!r}, but must be a URL such as http://10.0.0.2/{URL_PREFIX}")
_builtin = f"[{_builtin}]" if ":" in _builtin else _builtin
INSIDE_HOSTS = [*LOOPBACK_HOSTS, *([_builtin] if _builtin not in ("", _public.hostname) else [])]
ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, *LOOPBACK_HOSTS, *([_builtin] if _builtin else [])]))
try:
    IMAGE_APIS = parse_image_apis(env.env_text("IMAGE_APIS", DEFAULT_IMAGE_APIS), BUILTIN_URL)
except ValueError as error:
    env.exit_with_error("IMAGE_APIS", f"is invalid: {error}")
GATEWAY_UPSTREAM_URL = env.env_text("GATEWAY_UPSTREAM_URL").rstrip("/")
GATEWAY_UPSTREAM_KEY = env.env_secret("GATEWAY_UPSTREAM_KEY")
_upstream = env.parse_url("GATEWAY_UPSTREAM_URL", GATEWAY_UPSTREAM_URL)
if GATEWAY_UPSTREAM_URL and (_upstream.scheme not in ("http", "https") or not _upstream.hostname):
    env.exit_with_error(
        "GATEWAY_UPSTREAM_URL", f"is {GATEWAY_UPSTREAM_URL!r}, but must be a URL such as https://…/v1"
    )
if bool(GATEWAY_UPSTREAM_URL) != bool(GATEWAY_UPSTREAM_KEY):
    env.exit_with_error("GATEWAY_UPSTREAM_KEY", "must be set together with GATEWAY_UPSTREAM_URL; set both or neither")
RUN_DEADLINE = env.env_seconds("RUN_DEADLINE", 180, minimum=1, maximum=3600)
DRAIN_SECONDS = env.env_seconds("DRAIN_SECONDS", RUN_DEADLINE, minimum=0, maximum=3600)
DEMO_SECONDS = env.env_seconds("DEMO_SECONDS", 3, minimum=0, maximum=600)
# Origins that webhooks may reach although they are inside or plain http. No environment sets it: it is for tests.
WEBHOOK_ORIGINS: tuple[str, ...] = ()
SUPPORT_URL = env.env_text("SUPPORT_URL")
if SUPPORT_URL and env.parse_url("SUPPORT_URL", SUPPORT_URL).scheme not in ("http", "https", "mailto"):
    env.exit_with_error("SUPPORT_URL", f"is {SUPPORT_URL!r}, but must start with https://, http:// or mailto:")

# -- alerts about budgets of keys ------------------------------------------------------------------------------
ALERT_EMAIL = env.env_list("ALERT_EMAIL")
ALERT_WEBHOOK_URL = env.env_secret("ALERT_WEBHOOK_URL")
if ALERT_WEBHOOK_URL:
    _hook = env.parse_url("ALERT_WEBHOOK_URL", ALERT_WEBHOOK_URL)
    if _hook.scheme not in ("http", "https") or not _hook.hostname:
        env.exit_with_error("ALERT_WEBHOOK_URL", "must be a URL such as https://hooks.example.org/…")
EMAIL_URL = env.env_secret("EMAIL_URL")
EMAIL_FROM = env.env_text("EMAIL_FROM") or next(iter(ALERT_EMAIL), "")
if any("@" not in address for address in [*ALERT_EMAIL, *([EMAIL_FROM] if EMAIL_FROM else [])]):
    env.exit_with_error("ALERT_EMAIL", "and EMAIL_FROM must be e-mail addresses, several separated by commas")
if bool(ALERT_EMAIL) != bool(EMAIL_URL):
    env.exit_with_error("EMAIL_URL", "must be set together with ALERT_EMAIL; set both or neither")
_mail = env.parse_url("EMAIL_URL", EMAIL_URL)
if EMAIL_URL and (_mail.scheme not in ("smtp", "smtps", "smtp+tls") or not _mail.hostname):
    env.exit_with_error("EMAIL_URL", "must be a URL such as smtp+tls://user:password@mail.example.org:587")
MAILERS: dict[str, dict[str, object]] = {}
if EMAIL_URL:
    MAILERS["default"] = {
        "OPTIONS": {
            "host": _mail.hostname,
            "port": _mail.port,
            "username": unquote(_mail.username or ""),
            "password": unquote(_mail.password or ""),
            "use_ssl": _mail.scheme == "smtps",
            "use_tls": _mail.scheme == "smtp+tls",
            "timeout": 10,
        }
    }

# -- Django ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "playground.core",
    "playground.server",
    "playground.runs",
    "playground.pages",
    "playground.gateway",
]
MIDDLEWARE = [
    "playground.core.middleware.ReleaseConnectionMiddleware",
    "playground.core.logging.RequestIdMiddleware",
    "playground.server.probes.ProbeMiddleware",
    "playground.gateway.api_view.ErrorShapeMiddleware",
    "playground.core.middleware.ProxyMiddleware",
    "playground.core.middleware.HttpsRedirectMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "playground.core.middleware.HeadersMiddleware",
    "playground.core.middleware.PageCompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "playground.pages.middleware.PageMiddleware",
    "playground.core.middleware.LanguageMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "playground.core.middleware.TimezoneMiddleware",
    "playground.core.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "playground.urls"
WSGI_APPLICATION = "playground.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "playground.core.backends.jinja.environment",
            "context_processors": ["playground.pages.context_processors.page_frame"],
        },
    },
    # For the admin, whose templates are part of Django.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
# A prompt of 32,000 characters is 128 KB at most; files are streamed to disk and have limits of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# Forms with files name a handler of their own (`pages.uploads.accepts_uploads`).
FILE_UPLOAD_HANDLERS = ["playground.pages.uploads.DiscardedUploads"]

# For the accounts of operators (`manage.py createsuperuser`).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# -- languages and time ---------------------------------------------------------------------------------------
LANGUAGES = [("en", _("English")), ("zh-hans", _("Chinese"))]
LANGUAGE_CODE = "en"
# The compiled texts of a read-only checkout.
SPARE_LOCALE_DIR = DATA_DIR / "locale"
LOCALE_PATHS = [SPARE_LOCALE_DIR, BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = "UTC"

# -- static files ---------------------------------------------------------------------------------------------
STATIC_URL = f"/{URL_PREFIX}static/"
STATIC_ROOT = DATA_DIR / "static"
# Django's defaults make static files world-readable.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or IS_TESTING
        else "playground.core.backends.staticfiles.HashedStorage"
    },
}
if _pictures.scheme == "s3":
    STORAGES["pictures"] = {
        "BACKEND": "playground.core.files.s3.S3PictureStorage",
        "OPTIONS": {"bucket_name": _pictures.netloc, "location": _pictures.path.strip("/")},
    }
# Looks a file up when it is asked for: each of the tests' thousands of clients would list all of them first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or IS_TESTING

# -- sessions, cookies, headers (docs/api-contract.md, Browser security) --------------------------------------
_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db" if REDIS_URL else "playground.core.backends.sessions"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = max(RETENTION_DAYS, 7) * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "playground.pages.error_pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN] if PUBLIC_URL else []
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
VAULT_COOKIE_NAME = f"{_PREFIX}vault"
_YEAR = 365 * 24 * 3600
HSTS_SECONDS = env.env_int("HSTS_SECONDS", _YEAR, minimum=0, maximum=10 * _YEAR)
SECURE_HSTS_SECONDS = HSTS_SECONDS if IS_HTTPS else 0
# Both affect other hosts of the domain, so they are off unless the operator sets them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.env_bool("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.env_bool("HSTS_PRELOAD", False)
if SECURE_HSTS_PRELOAD and not (SECURE_HSTS_INCLUDE_SUBDOMAINS and HSTS_SECONDS >= _YEAR):
    env.exit_with_error("HSTS_PRELOAD", f"needs HSTS_SUBDOMAINS=true and HSTS_SECONDS of at least {_YEAR}")
# The last one: without EMAIL_URL nothing is mailed.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "mail.W001"]
SECURE_SSL_REDIRECT = IS_HTTPS
# HttpsRedirectMiddleware redirects instead: Django's exempts paths but not hosts such as loopback.
SECURE_REDIRECT_EXEMPT = [""]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "blob:", "data:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "report-uri": [f"/{URL_PREFIX}csp-report/"],
}

# -- logs: one line each, never a prompt or a key -------------------------------------------------------------
LOG_LEVEL = env.env_text("LOG_LEVEL", "info").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    env.exit_with_error("LOG_LEVEL", f"is {LOG_LEVEL.lower()!r}, but must be debug, info, warning or error")
LOG_FORMAT = env.env_text("LOG_FORMAT", "text").lower()
if LOG_FORMAT not in ("text", "json"):
    env.exit_with_error("LOG_FORMAT", f"is {LOG_FORMAT!r}, but must be text or json")
ACCESS_LOG = env.env_bool("ACCESS_LOG", False)
METRICS = env.env_bool("METRICS", False)

# -- traces and error reports: the OTEL_* variables that OpenTelemetry defines, and SENTRY_DSN -----------------
MONITORING_PACKAGES = "requirements/monitoring.txt"
# "otlp", "console", or empty: no traces. An endpoint alone is enough, as in OpenTelemetry's own tools.
TRACES_EXPORTER = env.env_text("OTEL_TRACES_EXPORTER").lower()
_traces = "OTEL_TRACES_EXPORTER"
for _name in ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"):
    if _endpoint := env.env_text(_name):
        TRACES_EXPORTER, _traces = (TRACES_EXPORTER, _traces) if TRACES_EXPORTER else ("otlp", _name)
        if env.parse_url(_name, _endpoint).scheme not in ("http", "https"):
            env.exit_with_error(_name, "must start with http:// or https://")
if TRACES_EXPORTER not in ("", "otlp", "console", "none"):
    env.exit_with_error("OTEL_TRACES_EXPORTER", f"is {TRACES_EXPORTER!r}, but must be otlp, console or none")
if TRACES_EXPORTER == "none" or env.env_text("OTEL_SDK_DISABLED").lower() == "true":
    TRACES_EXPORTER = ""
if TRACES_EXPORTER:
    env.require_package(_traces, "opentelemetry.sdk.trace", MONITORING_PACKAGES)
    for _name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if env.env_text(_name, "http/protobuf") != "http/protobuf":
            env.exit_with_error(_name, "must be http/protobuf, usually at port 4318")
    MIDDLEWARE.insert(1, "playground.server.tracing.TracingMiddleware")
SENTRY_DSN = env.env_secret("SENTRY_DSN")
if SENTRY_DSN:
    _dsn = env.parse_url("SENTRY_DSN", SENTRY_DSN)
    if _dsn.scheme not in ("http", "https") or not _dsn.username or not _dsn.path.rpartition("/")[2].isdigit():
        env.exit_with_error("SENTRY_DSN", "must be a URL such as https://key@sentry.example.org/1")
    env.require_package("SENTRY_DSN", "sentry_sdk", MONITORING_PACKAGES)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "playground.core.logging.LineFormatter"},
        "json": {"()": "playground.core.logging.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "playground": {"level": LOG_LEVEL},
        # ACCESS_LOG switches it on and off, whatever the level of other lines.
        "playground.access": {"level": "INFO"},
        "django": {"level": "INFO" if LOG_LEVEL == "DEBUG" else "WARNING"},
        # Debug lines of these libraries hold headers and bodies.
        "urllib3": {"level": "WARNING"},
        "PIL": {"level": "WARNING"},
        # A line for each try to reach a collector that is down; the error at the end is enough.
        "opentelemetry": {"level": "ERROR"},
        "django.db.backends": {"level": "WARNING"},
        # Requests with a wrong host or too much data get a 400; their tracebacks are noise.
        "django.security": {"level": "CRITICAL"},
    },
}
