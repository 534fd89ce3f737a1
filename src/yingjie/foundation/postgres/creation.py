"""Making a new database: the data directory, the roles and their passwords, the database and its
extensions.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg

from yingjie.foundation.postgres import logs
from yingjie.foundation.postgres.account import Account, Command
from yingjie.foundation.postgres.binaries import Binaries
from yingjie.foundation.postgres.checks import trigram_sees_chinese
from yingjie.foundation.postgres.configuration import ADMINISTRATOR, APPLICATION, DATABASE
from yingjie.foundation.postgres.home import MEBIBYTE, Home, make_directory, plain_answers, stamp
from yingjie.foundation.postgres.trouble import trouble

SPACE_TO_CREATE = 160 * MEBIBYTE


def password_file(home: Home, role: str) -> Path:
    return home.keys / f"database-{role}"


def has_passwords(home: Home) -> bool:
    return all(password_file(home, role).exists() for role in (ADMINISTRATOR, APPLICATION))


def password(home: Home, role: str) -> str:
    """The role's password, made at first need and kept in `keys/`."""
    path = password_file(home, role)
    with plain_answers(home.keys):
        with contextlib.suppress(FileNotFoundError):
            return path.read_text().strip()
        made = secrets.token_urlsafe(24)
        # Written whole and then named, so that a crash never leaves an empty password.
        handle, beside = tempfile.mkstemp(dir=home.keys)
        with os.fdopen(handle, "w") as file:
            file.write(made + "\n")
            file.flush()
            os.fsync(handle)
        Path(beside).rename(path)
        return made


def create(home: Home, account: Account, binaries: Binaries, *, fast: bool = False) -> None:
    """Make the data directory beside its place and move it there when it is complete.

    Raises `db.disk_full` or `db.init_failed`; then nothing half-made is left.
    """
    home.require_space(SPACE_TO_CREATE)
    for role in (ADMINISTRATOR, APPLICATION):
        password(home, role)
    making = home.root / "cluster.new"
    with plain_answers(home.root, SPACE_TO_CREATE):
        set_log_aside(home, account)
        shutil.rmtree(making, ignore_errors=True)
        make_directory(making, owner=account)
        try:
            _initdb(home, account, binaries, making, fast)
            making.rename(home.cluster)
        finally:
            shutil.rmtree(making, ignore_errors=True)


def set_log_aside(home: Home, account: Account) -> None:
    """Keep another database's archived change log under a dated name: the new one's files have the same
    names.
    """
    if any(home.wal.iterdir()):
        home.wal.rename(home.root / f"wal.before-{stamp()}")
        make_directory(home.wal, owner=account)


def _initdb(home: Home, account: Account, binaries: Binaries, making: Path, fast: bool) -> None:
    # The password file lies in `log`, because the service account must be able to read it.
    handle, name = tempfile.mkstemp(dir=home.log)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(password(home, ADMINISTRATOR) + "\n")
        if account.is_other:
            os.chown(name, account.uid, account.gid)
        command: Command = [binaries.program("initdb"), "-D", making, "-U", ADMINISTRATOR]
        # C.UTF-8: with the plain C locale, trigrams do not see Chinese.
        command += ["-A", "scram-sha-256", f"--pwfile={name}", "-E", "UTF8", "--locale=C.UTF-8"]
        command += ["--data-checksums", *(["--no-sync"] if fast else [])]
        outcome = account.run(command)
    finally:
        Path(name).unlink()
    if outcome.returncode != 0:
        raise logs.explain(outcome.stdout + outcome.stderr, home, otherwise="db.init_failed")


def set_passwords(home: Home, account: Account, binaries: Binaries, data_directory: Path) -> None:
    """Give the roles of a stopped database the passwords in `keys/`, in single-user mode."""
    # One statement a line; the application's role is missing when the first start was broken off.
    statements = [
        f"ALTER ROLE {ADMINISTRATOR} PASSWORD '{password(home, ADMINISTRATOR)}';",
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION}') THEN "
        f"ALTER ROLE {APPLICATION} PASSWORD '{password(home, APPLICATION)}'; END IF; END $$;",
    ]
    command: Command = [binaries.program("postgres"), "--single", "-D", data_directory, "postgres"]
    outcome = account.run(command, stdin="\n".join(statements) + "\n")
    if outcome.returncode != 0 or "ERROR:" in outcome.stderr:
        raise logs.explain(outcome.stderr, home)


Connect = Callable[[str, str], psycopg.Connection[tuple[object, ...]]]


def furnish(home: Home, binaries: Binaries, connect: Connect) -> None:
    """Role, database and extensions, whatever of them is missing; then see that trigrams see Chinese."""
    with connect(ADMINISTRATOR, "postgres") as connection:
        found = connection.execute(
            "select exists (select from pg_roles where rolname = %s),"
            " exists (select from pg_database where datname = %s)",
            [APPLICATION, DATABASE],
        ).fetchone()
        has_role, has_database = found or (False, False)
        if not has_role:
            connection.execute(f"create role {APPLICATION} login password '{password(home, APPLICATION)}'")
        if not has_database:
            connection.execute(f"create database {DATABASE} owner {APPLICATION}")
            connection.execute(f"revoke connect on database {DATABASE} from public")
    with connect(ADMINISTRATOR, DATABASE) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("create extension if not exists pg_trgm")
        if binaries.has_library("pg_stat_statements"):
            connection.execute("create extension if not exists pg_stat_statements")
        if not trigram_sees_chinese(connection):
            raise trouble("db.trigram_blind", found="C")
