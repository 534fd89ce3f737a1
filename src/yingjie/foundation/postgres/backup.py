"""Saving the database while it runs: full and incremental backups, and clearing away what no kept backup
needs.

The first backup also switches archiving of the change log on (see `configuration.archive_command`): from
then on any moment can be restored, not only the moments of the backups. Keys are *not* in a backup of the
database: they lie in `keys/` and must be kept elsewhere, or encrypted fields stay unreadable.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yingjie.foundation.postgres import catalogue, logs, manifest
from yingjie.foundation.postgres.account import Command, program_environment
from yingjie.foundation.postgres.catalogue import Backup
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.configuration import ADMINISTRATOR, ARCHIVING_MARK
from yingjie.foundation.postgres.home import MEBIBYTE, Home, disk_full, free_bytes, plain_answers
from yingjie.foundation.postgres.restore import Restored, restore
from yingjie.foundation.postgres.trouble import DatabaseTrouble, Progress, quiet, trouble

# Summaries of changes are kept for 15 days by the server; an older backup cannot be built upon.
OLDEST_PARENT = timedelta(days=13)

__all__ = ["Backup", "Pruned", "Restored", "backup", "prune", "restore"]


@dataclass(frozen=True)
class Pruned:
    """What `prune` took away."""

    backups: tuple[str, ...]
    segments: int
    freed_bytes: int


@dataclass(frozen=True)
class _Now:
    """What the running server says about itself."""

    system: str
    timeline: int
    size_bytes: int


def backup(
    cluster: Cluster,
    dest: Path | None = None,
    kind: str = "auto",
    label: str = "",
    progress: Progress = quiet,
) -> Backup:
    """Save the running database into `dest` (default: the home's `backups`) and check what was written.

    `kind`: "full"; "incremental", on top of the newest backup in `dest`; "auto", incremental when that is
    possible. Progress is told in bytes. Raises `db.not_running`, `db.disk_full`, `db.home_read_only`,
    `db.incremental_refused`, `db.backup_failed`; a backup that did not finish leaves nothing behind.
    """
    if kind not in ("full", "incremental", "auto"):
        raise ValueError(f"kind must be full, incremental or auto, not {kind!r}")
    if cluster.live() is None:
        raise trouble("db.not_running")
    target = cluster.home.backups if dest is None else dest.absolute()
    with cluster.alone("backup.lock", seconds=2.0):
        with plain_answers(target):
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
        _switch_archiving_on(cluster.home)
        now = _ask(cluster)
        parent = None if kind == "full" else _parent(cluster, target, now, must=kind == "incremental")
        try:
            saved = _save(cluster, target, parent, now, label, progress)
        except DatabaseTrouble as problem:
            if kind != "auto" or parent is None or problem.code != "db.backup_failed":
                raise
            # The one before is damaged, or the server no longer knows all changes since.
            saved = _save(cluster, target, None, now, label, progress)
        for directory in {target, cluster.home.backups}:
            with plain_answers(directory):
                catalogue.add(directory, saved)
        return saved


def prune(home: Home, keep: int = 2) -> Pruned:
    """Keep the newest `keep` full backups with all that build on them, and the change log since the oldest
    of these.

    Backups that lie outside the home are taken off the list but not deleted. `keep` is at least 1.
    """
    if keep < 1:
        raise ValueError("at least one full backup is always kept")
    listed = catalogue.read(home.backups)
    if not listed:
        return Pruned((), 0, 0)
    full = [each for each in listed if each.kind == "full"][-keep:]
    staying = {each.id for each in full}
    for each in listed:  # oldest first, so parents come before those that build on them
        if each.parent in staying:
            staying.add(each.id)
    leaving = [each for each in listed if each.id not in staying]
    freed = sum(each.size_bytes for each in leaving if each.directory.parent == home.backups)
    catalogue.remove(home.backups, {each.id for each in leaving})
    first_needed = min(each.first_segment[8:] for each in listed if each.id in staying)
    segments = list(_segments_before(home, first_needed))
    for path in segments:
        freed += path.stat().st_size
        path.unlink()
    return Pruned(tuple(each.id for each in leaving), len(segments), freed)


def _segments_before(home: Home, first_needed: str) -> Iterator[Path]:
    """Archived log files older than this position. Timeline histories are tiny and always stay."""
    for path in sorted(home.wal.iterdir()):
        if manifest.SEGMENT.match(path.name) and path.name[8:24] < first_needed:
            yield path


def _switch_archiving_on(home: Home) -> None:
    with plain_answers(home.wal):
        mark = home.wal / ARCHIVING_MARK
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644))


def _ask(cluster: Cluster) -> _Now:
    with cluster.connect(database="postgres") as connection:
        row = connection.execute(
            "select (select system_identifier::text from pg_control_system()),"
            " (select timeline_id from pg_control_checkpoint()),"
            " (select sum(pg_database_size(oid))::bigint from pg_database)"
        ).fetchone()
    assert row is not None
    return _Now(str(row[0]), int(str(row[1])), int(str(row[2])))


def _parent(cluster: Cluster, target: Path, now: _Now, *, must: bool) -> Backup | None:
    """The newest backup that an incremental one can build on; None, or a refusal when there must be one."""
    known = catalogue.present(target)
    usable = [
        each
        for each in known
        if each.system == now.system
        and each.timeline == now.timeline
        and datetime.now(UTC) - each.started_at < OLDEST_PARENT
        and catalogue.chain(known, each) is not None
    ]
    if cluster.binaries.has_incremental_backup and usable:
        return usable[-1]
    if not must:
        return None
    if not cluster.binaries.has_incremental_backup:
        version = cluster.binaries.version
        zh, en = (
            f"PostgreSQL {version} 不支持（17 起才有）",
            f"PostgreSQL {version} cannot do it (17 and newer can)",
        )
    else:
        zh, en = "没有可以衔接的备份", "there is no backup to build on"
    raise trouble("db.incremental_refused", detail_zh=zh, detail_en=en)


def _save(
    cluster: Cluster, target: Path, parent: Backup | None, now: _Now, label: str, progress: Progress
) -> Backup:
    needed = 64 * MEBIBYTE if parent else now.size_bytes + now.size_bytes // 10 + 64 * MEBIBYTE
    if free_bytes(target) < needed:
        raise disk_full(target, needed)
    started_at = datetime.now(UTC)
    name = _free_name(target, started_at)
    unfinished = target / f".{name}"
    try:
        _base_backup(cluster, unfinished, parent, name, progress)
        progress(0, None, "Checking the backup")
        manifest.verify(cluster.binaries, unfinished, name)
        timeline, end_lsn = manifest.end_of(unfinished)
        saved = Backup(
            id=name,
            kind="incremental" if parent else "full",
            parent=parent.id if parent else None,
            started_at=started_at,
            finished_at=datetime.now(UTC),
            size_bytes=manifest.bytes_below(unfinished),
            label=label,
            version=cluster.binaries.version,
            system=now.system,
            timeline=timeline,
            end_lsn=end_lsn,
            first_segment=manifest.first_segment(unfinished),
            directory=target / name,
        )
        with plain_answers(target):
            unfinished.rename(target / name)
        return saved
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _base_backup(
    cluster: Cluster, unfinished: Path, parent: Backup | None, name: str, progress: Progress
) -> None:
    postmaster = cluster.live()
    if postmaster is None:
        raise trouble("db.not_running")
    command: Command = [cluster.binaries.program("pg_basebackup"), "-D", unfinished, "-h", "127.0.0.1"]
    command += ["-p", str(postmaster.port), "-U", ADMINISTRATOR, "-w", "-X", "stream", "-c", "fast"]
    command += ["-P", "-l", name]
    if parent:
        command += ["-i", parent.directory / "backup_manifest"]
    # As the caller, not as the service account: the backups belong to whoever runs `yj`.
    with subprocess.Popen(
        [os.fspath(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        cwd="/",
        env=program_environment(PGPASSWORD=cluster.password(ADMINISTRATOR)),
    ) as process:
        said: list[str] = []
        for line in process.stderr or ():
            if amount := re.search(r"(\d+)/(\d+) kB", line):
                progress(int(amount[1]) * 1024, int(amount[2]) * 1024, "Saving the database")
            else:
                said.append(line)
    if process.returncode != 0:
        raise logs.explain("".join(said), cluster.home, otherwise="db.backup_failed")


def _free_name(target: Path, moment: datetime) -> str:
    stem = moment.strftime("%Y%m%dT%H%M%SZ")
    taken = {each.id for each in catalogue.read(target)} | {path.name for path in target.iterdir()}
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if name not in taken)
