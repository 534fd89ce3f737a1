"""Reading and checking the files of one backup, and positions in the change log."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from yingjie.foundation.postgres import logs
from yingjie.foundation.postgres.account import program_environment
from yingjie.foundation.postgres.binaries import Binaries
from yingjie.foundation.postgres.home import MEBIBYTE
from yingjie.foundation.postgres.trouble import trouble

SEGMENT = re.compile(r"^[0-9A-F]{24}")
SEGMENT_BYTES = 16 * MEBIBYTE
SEGMENTS_EACH = (1 << 32) // SEGMENT_BYTES


def verify(binaries: Binaries, directory: Path, name: str) -> None:
    """Compare every file of a backup with its manifest; raises `db.backup_damaged`."""
    if not binaries.has("pg_verifybackup"):
        return
    outcome = subprocess.run(
        [binaries.program("pg_verifybackup"), "-q", directory],
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=program_environment(),
        check=False,
    )
    if outcome.returncode != 0:
        raise trouble("db.backup_damaged", backup=name, detail=logs.gist(outcome.stderr))


def end_of(directory: Path) -> tuple[int, int]:
    """Timeline and log position at which the backup is consistent."""
    manifest = json.loads((directory / "backup_manifest").read_text(encoding="utf-8"))
    last = manifest["WAL-Ranges"][-1]
    return int(last["Timeline"]), lsn(last["End-LSN"])


def first_segment(directory: Path) -> str:
    """The first file of the change log that a restore from this backup needs."""
    label = (directory / "backup_label").read_text()
    found = re.search(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)", label)
    assert found, "PostgreSQL writes this line into every backup_label"
    return found[1]


def bytes_below(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def lsn(text: str) -> int:
    """A log position ("0/2000028") as a number."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def segment_number(name: str) -> int:
    """The place of a log file in the log, whatever its timeline."""
    return int(name[8:16], 16) * SEGMENTS_EACH + int(name[16:24], 16)


def segment_name(timeline: int, number: int) -> str:
    return f"{timeline:08X}{number // SEGMENTS_EACH:08X}{number % SEGMENTS_EACH:08X}"
