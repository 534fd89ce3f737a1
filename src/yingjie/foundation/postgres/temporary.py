"""A server for tests: its own directory, its own port, up in about a second, nothing left behind.

with temporary_cluster(fast=True) as server:
    psycopg.connect(server.url)
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.configuration import APPLICATION
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.server import Server


@contextlib.contextmanager
def temporary_cluster(
    directory: Path | None = None, *, fast: bool = False, environ: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A running server that is stopped and removed at the end. `fast` turns fsync off: right for ordinary
    tests, wrong for tests about durability. The role `app` may create databases here (Django's test
    database).

    Without `directory`, or when the service account cannot reach it (pytest's own `tmp_path` is closed to
    it when root runs the tests), a place is found that it can. A `directory` that is given must not hold a
    `home` yet.
    """
    with contextlib.ExitStack() as stack:
        account = Account.choose(environ=environ)
        if directory is None or not account.can_enter(directory):
            directory = stack.enter_context(reachable_directory(account))
        home = Home(directory / "home")
        stack.callback(shutil.rmtree, home.root, ignore_errors=True)
        cluster = Cluster(home, environ=environ, fast=fast, port=processes.any_free_port())
        server = stack.enter_context(cluster.run())
        with cluster.connect(database="postgres") as connection:
            connection.execute(f"alter role {APPLICATION} createdb")
        yield server


@contextlib.contextmanager
def reachable_directory(account: Account, *preferred: Path) -> Iterator[Path]:
    """A fresh temporary directory that the account may pass through, removed at the end; in the first of the
    preferred places, or of the usual ones, that the account can enter.
    """
    places = [*preferred, *map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp"))]
    place = next((each for each in places if each.is_dir() and account.can_enter(each)), places[0])
    directory = Path(tempfile.mkdtemp(prefix="yj-", dir=place))
    try:
        directory.chmod(0o711 if account.is_other else 0o700)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
