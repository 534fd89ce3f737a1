"""What every test may stand on: a real PostgreSQL of its own, started once a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from yingjie.foundation.messages import ensure_compiled
from yingjie.foundation.postgres.temporary import temporary_cluster


def pytest_configure() -> None:
    ensure_compiled()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("postgres")
    with temporary_cluster(directory, fast=True) as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str) -> None:
    from yingjie.config.settings import _database

    connections["default"].settings_dict.update(_database(database_url) | {"OPTIONS": {}})
