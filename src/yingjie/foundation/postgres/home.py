"""Where one instance keeps its things: database, backups, logs, keys and files, in one directory outside
the program.

cluster/   the database                       owned by the account that runs PostgreSQL, 0700
log/       its log, one file per weekday      owned by that account, 0700
wal/       the archived change log            owned by that account, 0700
backups/   full and incremental backups       owned by whoever runs `yj`, 0700
keys/      passwords and encryption keys      owned by whoever runs `yj`, 0700
files/     uploaded and issued documents      owned by whoever runs `yj`, 0700
run/       port, locks, start-up messages     owned by whoever runs `yj`, 0700
binaries/  copied PostgreSQL programs, only when the service account cannot reach the installed ones
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.trouble import DatabaseTrouble, trouble

MEBIBYTE = 1024 * 1024
LOCAL_SETTINGS = "postgres.local.conf"


@dataclass(frozen=True)
class Home:
    """The directory of one instance. Nothing is created before `prepare`."""

    root: Path

    @classmethod
    def default(cls, environ: Mapping[str, str] | None = None) -> Home:
        """YINGJIE_HOME, else /var/lib/yingjie for root, else XDG_DATA_HOME/yingjie
        (~/.local/share/yingjie).
        """
        environ = os.environ if environ is None else environ
        if named := environ.get("YINGJIE_HOME"):
            return cls(Path(named).expanduser().absolute())
        if os.geteuid() == 0:
            return cls(Path("/var/lib/yingjie"))
        share = environ.get("XDG_DATA_HOME") or ""
        # The XDG rules say a relative value must be ignored.
        base = Path(share) if share.startswith("/") else Path.home() / ".local" / "share"
        return cls(base / "yingjie")

    @property
    def cluster(self) -> Path:
        return self.root / "cluster"

    @property
    def binaries(self) -> Path:
        return self.root / "binaries"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def wal(self) -> Path:
        return self.root / "wal"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def files(self) -> Path:
        return self.root / "files"

    def prepare(self, account: Account) -> None:
        """Create what is missing; a home that holds anything but an instance keeps its permissions.

        Raises `db.home_read_only`, `db.disk_full`, or `db.home_unreachable` when root's service account
        cannot enter the home: a parent directory is never opened for it.
        """
        with plain_answers(self.root):
            if not self.root.exists() or self._is_an_instance():
                self.root.mkdir(parents=True, exist_ok=True)
                # 0711: the service account may pass through to its own directories, and list nothing.
                self.root.chmod(0o711 if account.is_other else 0o700)
            for directory in (self.run, self.backups, self.keys, self.files):
                make_directory(directory)
            for directory in (self.log, self.wal):
                make_directory(directory, owner=account)
            make_directory(self.binaries, mode=0o755 if account.is_other else 0o700)
            if not os.access(self.run, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.run))
        if not account.can_enter(self.log):
            raise trouble("db.home_unreachable", account=account.name, path=self.root)

    def require_space(self, needed: int) -> None:
        """Raise `db.disk_full` unless `needed` bytes are free here."""
        free = free_bytes(self.root)
        if free < needed:
            raise disk_full(self.root, needed)

    def _is_an_instance(self) -> bool:
        """Whether the directory is the caller's and holds nothing but an instance's things, or nothing at
        all.
        """
        ours = {"cluster", "binaries", "run", "log", "backups", "wal", "keys", "files", LOCAL_SETTINGS}
        return self.root.stat().st_uid == os.geteuid() and all(
            path.name in ours or path.name.startswith(("cluster.", "wal.")) for path in self.root.iterdir()
        )


def make_directory(path: Path, *, owner: Account | None = None, mode: int = 0o700) -> None:
    """Create one directory with exactly this mode and owner; leave an existing one alone."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return
    if owner is not None and owner.is_other:
        os.chown(path, owner.uid, owner.gid)
    path.chmod(mode)


def stamp() -> str:
    """The present moment (UTC) for the name of something kept aside."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")


def free_bytes(path: Path) -> int:
    """Bytes an ordinary account may still write at the nearest existing directory of `path`."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def disk_full(path: Path, needed: int) -> DatabaseTrouble:
    free_mb = free_bytes(path) // MEBIBYTE
    return trouble("db.disk_full", path=path, free_mb=free_mb, needed_mb=-(-needed // MEBIBYTE))


@contextlib.contextmanager
def plain_answers(path: Path, needed: int = 64 * MEBIBYTE) -> Iterator[None]:
    """Turn the operating system's refusals below `path` into the troubles a person can act on."""
    try:
        yield
    except OSError as refusal:
        if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(path, needed) from refusal
        if refusal.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            detail = os.strerror(refusal.errno)
            raise trouble("db.home_read_only", path=refusal.filename or path, detail=detail) from refusal
        raise
