"""The product as a web server for benchmarks (see serving.py): at the moment that a benchmark lives in, on its database."""

import os
from datetime import datetime

import django

django.setup()

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from yingjie.config.settings import _database
from yingjie.foundation import clock
from yingjie.foundation.messages import ensure_compiled

ensure_compiled()
settings.SECRET_KEY = os.environ["YINGJIE_BENCH_SECRET"]  # sessions were signed by the benchmark
if "YINGJIE_BENCH_KEYRING" in os.environ:  # the journal's hashes are checked by the benchmark
    settings.YINGJIE_KEYRING = os.environ["YINGJIE_BENCH_KEYRING"]
_pool = {"pool": {"min_size": 1, "max_size": 40, "timeout": 30}}
connections["default"].settings_dict.update(
    _database(os.environ["YINGJIE_BENCH_DATABASE"]) | {"OPTIONS": _pool}
)
_inner = get_wsgi_application()
_now = datetime.fromisoformat(os.environ["YINGJIE_BENCH_NOW"])


def application(environ, start_response):  # type: ignore[no-untyped-def]
    with clock.at(_now):
        return _inner(environ, start_response)
