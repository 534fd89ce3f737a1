"""Places and servers for the tests of the database supervisor: real servers, in directories that are
removed.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import LOCAL_SETTINGS, Home
from yingjie.foundation.postgres.server import Server
from yingjie.foundation.postgres.temporary import reachable_directory


def memory() -> list[Path]:
    """A disk in memory, if there is a roomy one: the tests start dozens of servers, and none cuts the
    power.
    """
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK):
        return []
    facts = os.statvfs(place)
    roomy = facts.f_bavail * facts.f_frsize > 2 << 30 and not facts.f_flag & os.ST_NOEXEC
    return [place] if roomy else []


@pytest.fixture
def ground() -> Iterator[Path]:
    """A fresh directory that the service account can pass through."""
    with reachable_directory(Account.choose(environ={}), *memory()) as directory:
        yield directory


@pytest.fixture(scope="session")
def made_once() -> Iterator[Home]:
    """A stopped database with nothing in it, made once a run: copying it is faster than making it."""
    with reachable_directory(Account.choose(environ={}), *memory()) as directory:
        cluster = Cluster(Home(directory / "home"), environ={}, port=processes.any_free_port())
        cluster.home.prepare(cluster.account)
        # A small cache starts faster.
        (cluster.home.root / LOCAL_SETTINGS).write_text("shared_buffers = 32MB\n")
        cluster.run().stop()
        (cluster.home.run / "port").unlink()
        yield cluster.home


@pytest.fixture
def empty(ground: Path) -> Iterator[Cluster]:
    """A home with no database yet; nothing of it runs on afterwards."""
    made = Cluster(Home(ground / "home"), environ={}, port=processes.any_free_port())
    yield made
    made.stop()
    assert processes.inhabitants(made.directory, made.name) == []


@pytest.fixture
def cluster(empty: Cluster, made_once: Home) -> Cluster:
    """A stopped database with every safety on."""
    subprocess.run(["cp", "-a", made_once.root, empty.home.root], check=True)
    return empty


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
