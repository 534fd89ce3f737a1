"""Django settings. Everything that differs between instances comes from the environment or from the instance's home.

DATABASE_URL        any PostgreSQL 15 or later; left out, the embedded one of this home is used (`yj up` sets it)
YINGJIE_HOME        where keys, files, log and the embedded database live (see foundation.postgres.home)
YINGJIE_DEMO        1: a demo instance, whose sign-in page shows the demo accounts
YINGJIE_HOSTS       comma-separated host names besides localhost
YINGJIE_HTTPS       1: served over TLS (secure cookies, HSTS)
YINGJIE_SMS_URL     where text messages go (docs/how-to/text-messages.md); left out, they stand on a page to be handed out
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from yingjie.foundation.postgres.home import Home

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Home.default()
YINGJIE_KEYRING = HOME.keys / "keyring.json"
YINGJIE_FILES = HOME.files / "kept"
YINGJIE_ANCHORS = HOME.keys / "journal-anchors.jsonl"
YINGJIE_DEMO = os.environ.get("YINGJIE_DEMO") == "1"
HTTPS = os.environ.get("YINGJIE_HTTPS") == "1"
DEBUG = False
YINGJIE_SMS_URL = os.environ.get("YINGJIE_SMS_URL", "")
YINGJIE_SMS_SECRET = HOME.keys / "sms-secret"


def _secret_key() -> str:
    """Kept in the home, made on first use: no secret stands in the repository.

    Only where `yj` or the WSGI entry has made the home: a tool that merely reads these settings leaves no trace.
    """
    path = HOME.keys / "secret-key"
    try:
        return path.read_text("utf-8")
    except OSError:
        pass
    made = secrets.token_urlsafe(50)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
    except FileExistsError:
        return path.read_text("utf-8")
    except OSError:
        pass  # no home yet, or one that cannot be written (`yj doctor` says so): good for this process alone
    return made


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("YINGJIE_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS[3:]]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "yingjie.foundation.access",
    "yingjie.foundation.journal",
    "yingjie.foundation.jobs",
    "yingjie.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "yingjie.areas",
    "yingjie.people",
    "yingjie.staff",
    "yingjie.vaccines",
    "yingjie.campaigns",
    "yingjie.sites",
    "yingjie.stock",
    "yingjie.doses",
    "yingjie.bookings",
    "yingjie.outreach",
    "yingjie.reminders",
    "yingjie.clinic",
    "yingjie.oversight",
    "yingjie.plans",
    "yingjie.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yingjie.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yingjie.foundation.access.middleware.ActorMiddleware",
    "yingjie.foundation.access.middleware.FinishSignInMiddleware",
    "yingjie.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

if YINGJIE_DEMO:  # pages show the moment of a live day that is being played
    MIDDLEWARE.insert(0, "yingjie.demo.live_clock.LiveClock")

ROOT_URLCONF = "yingjie.config.urls"
WSGI_APPLICATION = "yingjie.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yingjie.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "yingjie.web.templatetags.web",
            ],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}},
        "DISABLE_SERVER_SIDE_CURSORS": os.environ.get("YINGJIE_POOLER") == "1",
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql://app@127.0.0.1:5432/yingjie"))}

# Sign-in: user name, Argon2, TOTP; locked per user name and address, so that one clumsy clerk does not lock a whole office.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "yingjie.web.account.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # axes counts failures, per user name and address
MFA_ADAPTER = "yingjie.web.account.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # codes of the half minute before and after: office clocks drift
MFA_TOTP_TOLERANCE = 1  # a code that turns over while it is being typed is still good
MFA_TOTP_ISSUER = "应接 Yingjie"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "yingjie.web.account.locked_out"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "yingjie.web.account.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login"]
AXES_USERNAME_CALLABLE = "yingjie.web.account.attempted_username"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = (
    False  # whoever goes on guessing does not keep the owner out for longer
)
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

# Shared by the web server's processes: a second-factor code that one of them accepted is used up for all.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME.files / "cache",
        "TIMEOUT": 600,
    }
}

SESSION_COOKIE_AGE = 12 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_FAILURE_VIEW = "yingjie.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "foundation" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_NAME = "yingjie_language"

STATIC_URL = "/static/"
STATIC_ROOT = HOME.files / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME.files / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_IMPORT_PATHS = ["yingjie.foundation.jobs.actions"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
