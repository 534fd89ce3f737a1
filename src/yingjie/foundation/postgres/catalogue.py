"""The list of backups: one line of JSON for each, beside the backups themselves."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FILE = "catalogue.jsonl"


@dataclass(frozen=True)
class Backup:
    """One finished backup. `kind`: "full" or "incremental" (then `parent` is the id of the one it builds on).

    `end_lsn` is the position in the change log at which it is consistent, `first_segment` the first log
    file that a restore from it needs; `system` is PostgreSQL's identity of the cluster; moments are UTC.
    """

    id: str
    kind: str
    parent: str | None
    started_at: datetime
    finished_at: datetime
    size_bytes: int
    label: str
    version: str
    system: str
    timeline: int
    end_lsn: int
    first_segment: str
    directory: Path

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), default=str, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Backup:
        facts: dict[str, Any] = json.loads(line)
        for name in ("started_at", "finished_at"):
            facts[name] = datetime.fromisoformat(facts[name])
        facts["directory"] = Path(facts["directory"])
        return cls(**facts)


def read(directory: Path) -> list[Backup]:
    """The backups listed in this directory, oldest first. A line broken off by a crash is passed over.

    A backup made into this directory is found here even after the directory was moved or mounted elsewhere.
    """
    try:
        lines = (directory / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            backup = Backup.from_json(line)
        except (ValueError, TypeError, KeyError):
            continue
        if not backup.directory.is_dir():
            backup = dataclasses.replace(backup, directory=directory / backup.id)
        found.append(backup)
    return sorted(found, key=lambda each: each.finished_at)


def present(directory: Path) -> list[Backup]:
    """The listed backups whose files are there now."""
    return [each for each in read(directory) if (each.directory / "backup_manifest").is_file()]


def add(directory: Path, backup: Backup) -> None:
    path = directory / FILE
    with path.open("a+", encoding="utf-8") as file:
        file.seek(0)
        text = file.read()
        file.write(("" if text.endswith("\n") or not text else "\n") + backup.to_json() + "\n")
        file.flush()
        os.fsync(file.fileno())


def remove(directory: Path, ids: set[str]) -> None:
    """Take these backups off the list and delete those of them that lie in this directory."""
    leaving = [each for each in read(directory) if each.id in ids]
    kept = [each for each in read(directory) if each.id not in ids]
    beside = directory / f".{FILE}"
    beside.write_text("".join(each.to_json() + "\n" for each in kept), encoding="utf-8")
    beside.replace(directory / FILE)
    for each in leaving:
        if each.directory.parent == directory:
            shutil.rmtree(each.directory, ignore_errors=True)


def chain(backups: list[Backup], last: Backup) -> list[Backup] | None:
    """From the full backup to `last`, each building on the one before; None when a link is missing."""
    by_id = {each.id: each for each in backups}
    links = [last]
    while (parent := links[0].parent) is not None:
        if parent not in by_id:
            return None
        links.insert(0, by_id[parent])
    return links
