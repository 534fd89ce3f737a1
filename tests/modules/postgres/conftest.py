"""Places and servers for the tests of the database supervisor: real servers, in directories that are removed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.cluster import Cluster, Server
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.temporary import reachable_directory


@pytest.fixture
def ground() -> Iterator[Path]:
    """A fresh directory that the service account can pass through."""
    with reachable_directory(Account.choose(environ={})) as directory:
        yield directory


@pytest.fixture
def cluster(ground: Path) -> Iterator[Cluster]:
    """A database that is not there yet, with every safety on; nothing of it runs on afterwards."""
    made = Cluster(Home(ground / "home"), environ={}, port=processes.any_free_port())
    yield made
    made.stop()
    assert processes.inhabitants(made.directory, made.name) == []


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    with cluster.run() as running:
        yield running


Query = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def sql(cluster: Cluster) -> Query:
    """Run one statement as the application, committed at once; its rows."""

    def run(statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            cursor = connection.execute(statement, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    return run


def kill_all(cluster: Cluster) -> None:
    """SIGKILL to every process of the cluster, as a power cut would."""
    for pid in processes.inhabitants(cluster.directory, cluster.name):
        processes.send(pid, 9)


def tree(directory: Path) -> dict[str, tuple[int, int]]:
    """Name, size and change time of all files below: to see that nothing was changed."""
    return {
        os.fspath(path.relative_to(directory)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(directory.rglob("*"))
    }
