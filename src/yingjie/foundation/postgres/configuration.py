"""The server's settings: written anew at each start, so that they follow the machine, the version and the
port.

What a site wants otherwise goes into `postgres.local.conf` in the home; it is read last.
"""

from __future__ import annotations

import os
import shlex
import tempfile
from hashlib import sha256
from pathlib import Path

from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.binaries import Binaries
from yingjie.foundation.postgres.home import LOCAL_SETTINGS, MEBIBYTE, Home, plain_answers

ADMINISTRATOR = "keeper"
APPLICATION = "app"
DATABASE = "yingjie"
ARCHIVING_MARK = "archiving"

HBA = f"""# Written at each start. Loopback only, and never without a password.
host all all 127.0.0.1/32 scram-sha-256
host replication {ADMINISTRATOR} 127.0.0.1/32 scram-sha-256
"""


def cluster_name(data_directory: Path) -> str:
    """The name in the process titles by which the processes of this directory are recognised."""
    return "yingjie-" + sha256(os.fsencode(data_directory)).hexdigest()[:12]


def memory_bytes() -> int:
    """The memory this process may use: the machine's, or the control group's if that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            allowed = Path(limit).read_text().strip()
        except OSError:
            continue
        if allowed.isdigit():
            return min(machine, int(allowed))
    return machine


def memory_settings(memory: int) -> dict[str, str]:
    """A modest share: the same machine also runs the application and, often, a browser."""

    def between(low: int, value: int, high: int) -> str:
        return f"{max(low, min(value // MEBIBYTE, high))}MB"

    return {
        "shared_buffers": between(64, memory // 8, 2048),
        "effective_cache_size": between(256, memory // 2, 65536),
        "maintenance_work_mem": between(32, memory // 32, 512),
        "work_mem": between(4, memory // 512, 32),
    }


def archive_command(wal: Path) -> str:
    """Copy a finished segment safely: never over a different one, never half, and again without harm.

    Before the first backup (no mark in the directory) the segment is let go: nothing could be restored with
    it.
    """
    target = shlex.quote(str(wal)).replace("%", "%%")
    return (
        f'd={target}; test -f "$d"/{ARCHIVING_MARK} || exit 0; '
        'if test -f "$d"/%f; then cmp -s %p "$d"/%f; '
        'else cp %p "$d"/.%f.part && sync "$d"/.%f.part && mv "$d"/.%f.part "$d"/%f && sync "$d"; fi'
    )


def restore_command(places: list[Path]) -> str:
    """Fetch a segment from the first place that has it."""
    quoted = (shlex.quote(str(place)).replace("%", "%%") for place in places)
    return " || ".join(f"cp {place}/%f %p 2>/dev/null" for place in quoted)


def settings(
    home: Home, binaries: Binaries, data_directory: Path, port: int, *, fast: bool = False
) -> dict[str, str]:
    """All settings of ours. `fast` gives up durability and archiving, for tests that throw the data away."""
    chosen = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "cluster_name": cluster_name(data_directory),
        "password_encryption": "scram-sha-256",
        "max_connections": "100",
        **memory_settings(memory_bytes()),
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "wal_level": "replica",
        "wal_compression": "on",
        "max_wal_senders": "4",
        "max_wal_size": "2GB",
        "min_wal_size": "160MB",
        "archive_mode": "on",
        "archive_command": archive_command(home.wal),
        "logging_collector": "on",
        "log_directory": str(home.log),
        # One file per weekday, overwritten a week later: the log is bounded by time.
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
        # A failed statement or the detail of a violated constraint holds names: they never reach the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    if binaries.has_library("pg_stat_statements"):
        chosen["shared_preload_libraries"] = "pg_stat_statements"
    if binaries.has_incremental_backup:
        chosen |= {"summarize_wal": "on", "wal_summary_keep_time": "15d"}
    if fast:
        chosen |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "archive_mode": "off",
        }
        chosen |= {"max_wal_senders": "0", "wal_level": "minimal", "summarize_wal": "off"}
        # A small cache starts faster; the whole test database fits into it.
        chosen |= {"autovacuum_naptime": "10min", "max_wal_size": "4GB", "shared_buffers": "128MB"}
        if not binaries.has_incremental_backup:
            del chosen["summarize_wal"]
    return chosen


def write(home: Home, account: Account, data_directory: Path, chosen: dict[str, str]) -> None:
    """Write postgresql.conf and pg_hba.conf into the data directory, each in one step."""
    lines = [
        "# Written at each start; changes here are lost. Put your own into postgres.local.conf in the home."
    ]
    lines += [f"{name} = {_quoted(value)}" for name, value in chosen.items()]
    lines.append(f"include_if_exists = {_quoted(str(home.root / LOCAL_SETTINGS))}")
    _replace(home, account, data_directory / "postgresql.conf", "\n".join(lines) + "\n")
    _replace(home, account, data_directory / "pg_hba.conf", HBA)


def _replace(home: Home, account: Account, path: Path, text: str) -> None:
    # Written beside and moved over, so that root never writes through a link the service account has laid.
    with plain_answers(path.parent):
        handle, name = tempfile.mkstemp(dir=home.run)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        if account.is_other:
            os.chown(name, account.uid, account.gid)
        Path(name).replace(path)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
