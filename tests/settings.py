"""The product's own settings, in a home that lives as long as the test run."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="yingjie-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["YINGJIE_HOME"] = _home
os.environ.pop("DATABASE_URL", None)

from yingjie.config.settings import *  # noqa: E402, F403 - the home must be named before the settings are read

# One connection a thread instead of a pool: a test's transaction must be the one that its view sees.
DATABASES["default"]["OPTIONS"] = {}  # noqa: F405 - comes with the star import above
# A cheap hash: dozens of sign-ins a run. tests/modules/access asserts the product's own choice.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True)  # noqa: F405 - the web server's file layer looks at it, though nothing is collected
