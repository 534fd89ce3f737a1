"""Reading the server's log after a failure: which trouble is it?"""

from __future__ import annotations

import re
from pathlib import Path

from yingjie.foundation.postgres.home import MEBIBYTE, Home, disk_full, free_bytes
from yingjie.foundation.postgres.trouble import DatabaseTrouble, trouble

START_LOG = "start.log"
# PostgreSQL's own words (always English: it runs with LC_ALL=C.UTF-8).
PORT_TAKEN = ("Address already in use", "could not create any TCP/IP sockets")
DAMAGED = (
    "could not locate a valid checkpoint record",
    "could not locate required checkpoint record",
    "invalid checkpoint record",
    "invalid primary checkpoint record",
    "could not find the database system",
    "is not a valid data directory",
    "incorrect checksum in control file",
    "database files are incompatible with server",  # the version fits, that was looked at before
    'could not open file "global/pg_control"',
    'could not open file "global/pg_filenode.map"',
    'could not open directory "pg_wal"',
    "invalid data in file",
    "invalid page in block",
    "PANIC:",
)


def sizes(home: Home) -> dict[Path, int]:
    """How long each log file is now; given to `since` later."""
    return {path: path.stat().st_size for path in home.log.glob("postgresql-*.log")}


def since(home: Home, before: dict[Path, int]) -> str:
    """What was written to the start-up messages and the log files after `sizes` was taken."""
    texts = [_tail(home.run / START_LOG, 0)]
    for path in sorted(home.log.glob("postgresql-*.log")):
        start = before.get(path, 0)
        texts.append(_tail(path, start if path.stat().st_size >= start else 0))
    return "\n".join(texts)


def explain(text: str, home: Home, *, port: int = 0, otherwise: str = "db.start_failed") -> DatabaseTrouble:
    """The trouble that this output of the server or of one of its programs tells of."""
    if is_disk_full(text) or free_bytes(home.root) < 2 * MEBIBYTE:
        return disk_full(home.root, 64 * MEBIBYTE)
    if any(words in text for words in PORT_TAKEN):
        return trouble("db.port_taken", port=port)
    if any(words in text for words in DAMAGED):
        return trouble("db.damaged", detail=gist(text))
    return trouble(otherwise, detail=gist(text), log=home.log)


def is_disk_full(text: str) -> bool:
    """Whether a disk was full; a full /dev/shm says the same words about shared memory and is another
    matter.
    """
    return any(
        "No space left on device" in line and "shared memory" not in line for line in text.splitlines()
    )


def gist(text: str) -> str:
    """The line that says most: the first PANIC, FATAL or error, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for mark in ("PANIC:", "FATAL:", "ERROR:", "error:"):
        for line in lines:
            if mark in line:
                return re.sub(r"^.*?(?=(PANIC|FATAL|ERROR|error):)", "", line)
    return lines[-1] if lines else "no message"


def _tail(path: Path, start: int) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(start, path.stat().st_size - MEBIBYTE))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
