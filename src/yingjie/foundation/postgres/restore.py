"""Bringing the database back: from a backup, forward through the change log, to the latest state or to a
moment.

The present data directory is never changed: the restored one is put together and checked beside it, then
the two change places, and the old one is kept under a dated name until somebody removes it. What the
present directory has of the change log is used too, so restoring "latest" after a damage loses nothing that
was acknowledged.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from yingjie.foundation.postgres import catalogue, logs, processes
from yingjie.foundation.postgres.account import SHELL, program_environment
from yingjie.foundation.postgres.binaries import find
from yingjie.foundation.postgres.catalogue import Backup
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.configuration import ADMINISTRATOR, DATABASE, restore_command
from yingjie.foundation.postgres.creation import set_log_aside, set_passwords
from yingjie.foundation.postgres.home import MEBIBYTE, Home, make_directory, plain_answers, stamp
from yingjie.foundation.postgres.manifest import (
    SEGMENT,
    SEGMENT_BYTES,
    lsn,
    segment_name,
    segment_number,
    verify,
)
from yingjie.foundation.postgres.server import Server, ServerEnded
from yingjie.foundation.postgres.trouble import Progress, quiet, trouble

TOO_EARLY = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Restored:
    """The outcome: which backup, the last transaction brought back (None: none after the backup), and where
    the former data directory lies now (None: there was none).
    """

    backup: Backup
    last_transaction_at: datetime | None
    kept_aside: Path | None


@dataclass(frozen=True)
class _Present:
    """What is known of the present cluster: identity, timeline, and how far its last checkpoint was."""

    system: str | None
    timeline: int | None
    checkpoint: int


@dataclass(frozen=True)
class _Goal:
    """Which history to follow, from which places, and how far it is known to go. `timeline` None: the
    newest.
    """

    timeline: int | None
    places: list[Path]
    checkpoint: int


def restore(
    cluster: Cluster,
    to_time: datetime | None = None,
    backup_id: str | None = None,
    *,
    source: Path | None = None,
    accept_gap: bool = False,
    progress: Progress = quiet,
) -> Restored:
    """Restore the latest state, or the state at `to_time` (aware; later than everything means latest).

    `backup_id` names the backup to begin from (else the newest that fits); `source` is where the backups lie
    (default: the home's `backups`). The server must be stopped and is left stopped. Raises `db.running`,
    `db.no_backup`, `db.backup_damaged`, `db.disk_full`, `db.log_gap` (unless `accept_gap`),
    `db.restore_failed`; then the present data directory is as it was.
    """
    if to_time is not None and to_time.tzinfo is None:
        raise ValueError("to_time must carry a time zone")
    cluster.home.prepare(cluster.account)
    with cluster.alone("backup.lock", seconds=2.0), cluster.alone():
        if postmaster := cluster.live():
            raise trouble("db.running", pid=postmaster.pid)
        cluster.wait_empty(60.0, quiet)
        present = _look_at_present(cluster)
        chain = _choose(cluster.home, source or cluster.home.backups, present, to_time, backup_id)
        cluster.home.require_space(sum(each.size_bytes for each in chain) * 11 // 10 + 64 * MEBIBYTE)
        cluster.binaries = find(
            cluster.home,
            cluster.account,
            major=int(chain[-1].version.partition(".")[0]),
            environ=cluster.environ,
        )
        restoring = cluster.home.root / "cluster.restoring"
        try:
            _put_together(cluster, chain, restoring, progress)
            goal = _goal(cluster.home, present, chain[-1])
            last_at = _replay(cluster, restoring, goal, to_time, accept_gap, progress)
            progress(0, None, "Checking the restored database")
            _check(cluster, restoring)
            is_another = present.system not in (None, chain[-1].system)
            kept_aside = _change_places(cluster, restoring, is_another)
        finally:
            shutil.rmtree(restoring, ignore_errors=True)
        return Restored(chain[-1], last_at, kept_aside)


def _look_at_present(cluster: Cluster) -> _Present:
    """Read the control file of the present directory, if it still can be read."""
    try:
        programs = cluster.binaries
    except Exception:  # a damaged directory may name no version or an impossible one
        programs = find(cluster.home, cluster.account, environ=cluster.environ)
    said = cluster.account.run([programs.program("pg_controldata"), "-D", cluster.directory]).stdout
    facts = {key: value.strip() for key, _, value in (line.partition(":") for line in said.splitlines())}
    if "Database system identifier" not in facts or "checksum does not match" in said:
        return _Present(None, None, 0)
    return _Present(
        facts["Database system identifier"],
        int(facts["Latest checkpoint's TimeLineID"]),
        lsn(facts["Latest checkpoint location"]),
    )


def _choose(
    home: Home, source: Path, present: _Present, to_time: datetime | None, backup_id: str | None
) -> list[Backup]:
    """The chain of backups to begin from: the newest that ended before the moment and lies on the present
    history.
    """
    known = catalogue.present(source)
    if backup_id is not None:
        fitting = [each for each in known if each.id == backup_id]
        if not fitting:
            raise trouble("db.no_backup", detail_zh=f"：{backup_id}", detail_en=f": {backup_id}")
    else:
        branches = _branches(home, present)
        fitting = [
            each
            for each in known
            if present.system in (None, each.system)
            and (branches is None or each.end_lsn <= branches.get(each.timeline, 0))
        ]
    if to_time is not None:
        fitting = [each for each in fitting if each.finished_at <= to_time]
    for each in reversed(fitting):
        if (links := catalogue.chain(known, each)) is not None:
            return links
    when = to_time.isoformat(timespec="seconds") if to_time else ""
    raise trouble(
        "db.no_backup",
        detail_zh=f"（{when} 之前）" if when else "",
        detail_en=f" from before {when}" if when else "",
    )


def _branches(home: Home, present: _Present) -> dict[int, int] | None:
    """For each timeline of the present history, the position up to which it belongs to it; None when not
    known.

    After a restore to a moment, backups made later on the abandoned branch must not be used for "latest".
    """
    if present.timeline is None:
        return None
    branches = {present.timeline: 1 << 64}
    for directory in _log_places(home):
        path = directory / f"{present.timeline:08X}.history"
        if not path.is_file():
            continue
        for line in path.read_text(errors="replace").splitlines():
            if found := re.match(r"\s*(\d+)\s+([0-9A-F]+/[0-9A-F]+)", line):
                branches[int(found[1])] = lsn(found[2])
    return branches


def _log_places(home: Home) -> list[Path]:
    """Where files of the change log are: the archive, the present cluster, and those kept aside, newest
    first.
    """
    aside = sorted(home.root.glob("cluster.before-*"), reverse=True)
    return [home.wal, *(directory / "pg_wal" for directory in (home.cluster, *aside))]


def _goal(home: Home, present: _Present, last: Backup) -> _Goal:
    """Follow the present history if the backup lies on it, else the backup's own to its end."""
    if present.system not in (None, last.system):
        return _Goal(last.timeline, [], 0)
    places = _log_places(home)
    branches = _branches(home, present)
    if branches is None:
        return _Goal(None, places, 0)
    if last.end_lsn <= branches.get(last.timeline, 0):
        return _Goal(present.timeline, places, present.checkpoint)
    return _Goal(last.timeline, places, 0)


def _put_together(cluster: Cluster, chain: list[Backup], restoring: Path, progress: Progress) -> None:
    """Check each backup of the chain and combine them into one data directory of the service account."""
    for done, each in enumerate(chain):
        progress(done, len(chain), "Checking the backup")
        verify(cluster.binaries, each.directory, each.id)
    progress(0, None, "Putting the backup together")
    with plain_answers(cluster.home.root):
        shutil.rmtree(restoring, ignore_errors=True)
        make_directory(restoring)
    directories = [os.fspath(each.directory) for each in chain]
    if cluster.binaries.has("pg_combinebackup"):
        command = [
            os.fspath(cluster.binaries.program("pg_combinebackup")),
            *directories,
            "-o",
            os.fspath(restoring),
        ]
    else:
        command = ["cp", "-a", f"{directories[0]}/.", os.fspath(restoring)]
    outcome = subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=program_environment(),
        check=False,
    )
    if outcome.returncode != 0:
        raise logs.explain(outcome.stderr, cluster.home, otherwise="db.restore_failed")
    (restoring / "recovery.signal").touch()
    _hand_over(cluster, restoring)


def _hand_over(cluster: Cluster, directory: Path) -> None:
    directory.chmod(0o700)
    if not cluster.account.is_other:
        return
    for place, directories, names in os.walk(directory):
        for name in (".", *directories, *names):
            os.chown(Path(place, name), cluster.account.uid, cluster.account.gid, follow_symlinks=False)


def _replay(
    cluster: Cluster,
    restoring: Path,
    goal: _Goal,
    to_time: datetime | None,
    accept_gap: bool,
    progress: Progress,
) -> datetime | None:
    """Run the server over the change log until the moment or the end; the time of the last transaction, if
    any.
    """
    recovery = {
        # A command must be there; "false" finds nothing, and the backup's own part of the log is used.
        "restore_command": restore_command(goal.places) or "false",
        "recovery_target_timeline": str(goal.timeline or "latest"),
        "recovery_target_action": "promote",
        "hot_standby": "off",
        "log_min_messages": "log",
    }
    target = {"recovery_target_time": to_time.astimezone(UTC).isoformat(sep=" ")} if to_time else {}
    progress(0, None, "Replaying the changes")
    said, reached = _run_once(cluster, restoring, progress, recovery | target)
    if not reached and to_time is not None and TOO_EARLY in said:
        # Nothing was committed after the moment: the end of the log is the state at that moment.
        more, reached = _run_once(cluster, restoring, progress, recovery)
        said += more
        to_time = None
    if not reached:
        raise logs.explain(said, cluster.home, otherwise="db.restore_failed")
    if to_time is None and not accept_gap:
        _require_whole_log(goal, said)
    times = re.findall(
        r"last completed transaction was at log time (\S+ \S+?)(?:\+00| UTC)?$", said, re.MULTILINE
    )
    return datetime.fromisoformat(times[-1]).replace(tzinfo=UTC) if times else None


def _run_once(
    cluster: Cluster, directory: Path, progress: Progress, more: dict[str, str]
) -> tuple[str, bool]:
    """Start the server on the directory until it is ready, stop it; what it logged, and whether it became
    ready.
    """
    port = processes.any_free_port()
    # Nothing is archived yet: a trace of a restore that is given up would mislead a later one.
    cluster.write_configuration(directory, port, **{"archive_command": "", **more})
    before = logs.sizes(cluster.home)
    process = cluster.launch(directory)
    server = Server(cluster, process.pid, process)
    try:
        cluster.wait_ready(process, directory, progress, seconds=7 * 24 * 3600)
        reached = True
    except ServerEnded:
        reached = False
    finally:
        server.stop()
    return logs.since(cluster.home, before), reached


def _require_whole_log(goal: _Goal, said: str) -> None:
    """Raise `db.log_gap` when the replay ended before the last log file or the last checkpoint that is
    known.
    """
    ends = re.findall(r"redo done at ([0-9A-F]+/[0-9A-F]+)", said)
    if not ends:
        return
    end = lsn(ends[-1])
    timeline = f"{goal.timeline:08X}" if goal.timeline else None
    archived = [
        segment_number(path.name)
        for path in (goal.places[0].iterdir() if goal.places else ())
        if len(path.name) == 24 and SEGMENT.match(path.name) and timeline in (None, path.name[:8])
    ]
    reached = end // SEGMENT_BYTES
    if end < goal.checkpoint or max(archived, default=0) > reached:
        raise trouble("db.log_gap", segment=segment_name(goal.timeline or 1, reached + 1))


def _check(cluster: Cluster, directory: Path) -> None:
    """Give the roles the passwords in `keys/`, start the restored directory, and read from its database."""
    port = processes.any_free_port()
    cluster.write_configuration(directory, port, archive_command="")
    set_passwords(cluster.home, cluster.account, cluster.binaries, directory)
    before = logs.sizes(cluster.home)
    process = cluster.launch(directory)
    with Server(cluster, process.pid, process):
        try:
            cluster.wait_ready(process, directory)
            with psycopg.connect(
                host="127.0.0.1",
                port=port,
                user=ADMINISTRATOR,
                password=cluster.password(ADMINISTRATOR),
                dbname=DATABASE,
            ) as connection:
                connection.execute("select count(*), max(relname) from pg_class").fetchone()
        except ServerEnded:
            said = logs.since(cluster.home, before)
            raise logs.explain(said, cluster.home, otherwise="db.restore_failed") from None
        except psycopg.Error as refusal:
            raise trouble("db.restore_failed", detail=str(refusal).strip()) from refusal


def _change_places(cluster: Cluster, restoring: Path, is_another: bool) -> Path | None:
    """The restored directory becomes the cluster, the former one is kept under a dated name."""
    kept_aside = None
    with plain_answers(cluster.home.root):
        if cluster.directory.exists():
            _rescue_log(cluster)
            kept_aside = cluster.home.root / f"cluster.before-{stamp()}"
            cluster.directory.rename(kept_aside)
        if is_another:
            set_log_aside(cluster.home, cluster.account)
        restoring.rename(cluster.directory)
        handle = os.open(cluster.home.root, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return kept_aside


def _rescue_log(cluster: Cluster) -> None:
    """Archive what the former cluster had finished but not yet archived: an older backup may need it one
    day.
    """
    script = (
        'cd "$1" || exit 0; for mark in archive_status/*.ready; do '
        'name=$(basename "$mark" .ready); test -f "$name" || continue; test -f "$2/$name" && continue; '
        'cp "$name" "$2/.$name.part" && mv "$2/.$name.part" "$2/$name"; done'
    )
    cluster.account.run([SHELL, "-c", script, SHELL, cluster.directory / "pg_wal", cluster.home.wal])
