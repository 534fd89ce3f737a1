"""What every test may stand on: a real PostgreSQL of its own, started once a run."""

from collections.abc import Iterator

import pytest
from django.db import connections
from hypothesis import settings

from yingjie.foundation.messages import ensure_compiled
from yingjie.foundation.postgres.temporary import temporary_cluster

# What a single example takes says nothing on a machine that does other things too.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure() -> None:
    ensure_compiled()


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    with temporary_cluster(fast=True) as server:
        yield server.url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str) -> None:
    from yingjie.config.settings import _database

    connections["default"].settings_dict.update(_database(database_url) | {"OPTIONS": {}})
