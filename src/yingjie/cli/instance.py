"""The instance at hand: its home, its database, and Django set up on it.

Commands that need the database use, in this order: DATABASE_URL; the embedded server that is already running; else the embedded
server started for as long as the command lasts.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yingjie.cli.speech import plain_answers
from yingjie.foundation.postgres.checks import require_server
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import Home


def kind(home: Home) -> str | None:
    """ "demo" or "real", once the first `yj up` decided; None before."""
    try:
        return str(json.loads(_note(home).read_text("utf-8"))["kind"])
    except (OSError, ValueError, KeyError):
        return None


def decide_kind(home: Home, chosen: str) -> None:
    """Once and for all: a real instance never becomes a demo, whose accounts are on its sign-in page."""
    _note(home).write_text(json.dumps({"kind": chosen}) + "\n", "utf-8")


def _note(home: Home) -> Path:
    return home.files / "instance.json"


def set_up_django(home: Home, database_url: str) -> None:
    """Point the settings at this instance and load the product."""
    os.environ["DATABASE_URL"] = database_url
    os.environ["YINGJIE_HOME"] = str(home.root)
    os.environ["YINGJIE_DEMO"] = "1" if kind(home) == "demo" else "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjie.config.settings")
    import django

    from yingjie.foundation.messages import ensure_compiled

    ensure_compiled()
    home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    django.setup()


def bring_tables_up_to_date() -> int:
    """Run what migrations are waiting. Returns how many there were."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        call_command("migrate", verbosity=0, interactive=False)
    return len(waiting)


def _become(home: Home, chosen: str | None) -> None:
    """A command that needs an instance of a kind decides it where nobody has; settings are read only after that."""
    if chosen is not None and kind(home) is None:
        home.files.mkdir(parents=True, exist_ok=True)
        decide_kind(home, chosen)


def let_go_of_connections() -> None:
    """Close what this process holds open, the pools included: before the server stops, and before others take over."""
    from django.db import connections

    connections.close_all()
    for connection in connections.all():
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own wrapper has pools


@contextmanager
def ready(machine: bool = False, becomes: str | None = None) -> Iterator[Home]:
    """Everything that a command needs: a running database, tables up to date, Django set up, refusals in plain words."""
    home = Home.default()
    with plain_answers(machine):
        if url := os.environ.get("DATABASE_URL"):
            require_server(url)
            _become(home, becomes)
            set_up_django(home, url)
            bring_tables_up_to_date()
            yield home
            return
        with Cluster(home).run() as server:
            _become(home, becomes)
            set_up_django(home, server.url)
            bring_tables_up_to_date()
            try:
                yield home
            finally:
                let_go_of_connections()
