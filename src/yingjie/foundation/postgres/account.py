"""Under which account PostgreSQL runs, and running its programs as that account.

PostgreSQL refuses to run as root. Started by root, an existing unprivileged account is used; none is ever
created, and no directory is opened for it. Started by anyone else, everything runs as that person.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from yingjie.foundation.postgres.trouble import trouble

SHELL = "/bin/sh"
Command = list[str | os.PathLike[str]]


@dataclass(frozen=True)
class Account:
    """The account that runs the server. `is_other` says that it is not the caller's own."""

    name: str
    uid: int
    gid: int
    is_other: bool

    @classmethod
    def choose(cls, data_directory: Path | None = None, environ: Mapping[str, str] | None = None) -> Account:
        """The caller's own account; for root: YINGJIE_DB_USER, else the owner of existing data, else
        `postgres`, else `nobody`.

        Raises `db.no_account` when the chosen one does not exist, is root, or cannot be switched to.
        """
        environ = os.environ if environ is None else environ
        if os.geteuid() != 0:
            return cls.own()
        if named := environ.get("YINGJIE_DB_USER"):
            return cls._existing(named)
        if data_directory is not None and data_directory.is_dir() and (uid := data_directory.stat().st_uid):
            return cls(_name_of(uid), uid, data_directory.stat().st_gid, is_other=True)
        for usual in ("postgres", "nobody"):
            try:
                pwd.getpwnam(usual)
            except KeyError:
                continue
            return cls._existing(usual)
        raise trouble("db.no_account", account="nobody", detail="no such account")

    @classmethod
    def own(cls) -> Account:
        """The account of this process."""
        return cls(_name_of(os.geteuid()), os.geteuid(), os.getegid(), is_other=False)

    @classmethod
    def _existing(cls, name: str) -> Account:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise trouble("db.no_account", account=name, detail="no such account") from None
        if entry.pw_uid == 0:
            raise trouble("db.no_account", account=name, detail="PostgreSQL refuses to run as root")
        return cls(name, entry.pw_uid, entry.pw_gid, is_other=True)

    def switch(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make the program run as this account, without root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def run(
        self, command: Sequence[str | os.PathLike[str]], *, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end as this account and return its outcome; output is captured, nothing is raised for
        it.

        Raises `db.no_account` when the operating system does not let root become that account.
        """
        try:
            return subprocess.run(
                [os.fspath(part) for part in command],
                input="" if stdin is None else stdin,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=program_environment(**environment),
                check=False,
                **self.switch(),
            )
        except PermissionError as refusal:
            if self.is_other and not _may_switch(self):
                raise trouble("db.no_account", account=self.name, detail=str(refusal)) from refusal
            raise

    def spawn(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        output: IO[bytes],
        before: Any = None,
        **environment: str,
    ) -> subprocess.Popen[bytes]:
        """Start as this account in a session of its own, so that Ctrl-C in a terminal reaches only the
        caller.
        """
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=program_environment(**environment),
            start_new_session=True,
            preexec_fn=before,
            **self.switch(),
        )

    def can_enter(self, directory: Path) -> bool:
        """Whether this account may enter the directory, found out by trying."""
        if not self.is_other:
            return os.access(directory, os.X_OK)
        return self.run([SHELL, "-c", 'cd "$1"', SHELL, directory]).returncode == 0

    def can_execute(self, program: Path) -> bool:
        """Whether this account may run the program, found out by trying."""
        if not self.is_other:
            return os.access(program, os.X_OK)
        return self.run([SHELL, "-c", 'test -x "$1"', SHELL, program]).returncode == 0


def program_environment(**more: str) -> dict[str, str]:
    """A small, fixed environment: no library paths, PG* settings or locale of the caller leak into the
    server.
    """
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/", **more}


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _may_switch(account: Account) -> bool:
    try:
        subprocess.run([SHELL, "-c", ":"], cwd="/", env={}, check=False, **account.switch())
    except PermissionError:
        return False
    return True
