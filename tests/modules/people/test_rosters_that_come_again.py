"""A file that comes again: over an unchanged ledger it is not even read; whatever has changed in between, it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.modules.people.conftest import EVERY, OTHER, TOWN, number, village_name, write
from tests.modules.people.test_hostile_rosters import HEAD, line, told
from tests.modules.people.test_ugly_rosters import dump
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, queries, roster_queries, roster_sheets
from yingjie.people.models import Person, RosterImport


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read, one after another."""
    found: list[str] = []
    real = roster_sheets.sheets_of

    def noted(path: Path, *given: Any) -> Any:
        found.append(Path(path).name)
        return real(path, *given)

    monkeypatch.setattr(roster_sheets, "sheets_of", noted)
    return found


def come(by: Actor, path: Path, **given: Any) -> RosterImport:
    return actions.propose_import(by=by, area_code=TOWN, path=path, file_name=path.name, **given)


def test_an_unchanged_file_over_an_unchanged_ledger_is_not_read(
    lead: Actor, tmp_path: Path, reads: list[str]
) -> None:
    file = write(tmp_path / "r.xlsx", [HEAD, line(1), line(2), line(3)])
    first = come(lead, file)
    actions.commit_import(by=lead, import_id=first.pk)
    before = dump()
    again = come(lead, file)
    assert reads == ["r.xlsx"]
    assert told(again) == [("same", [])] * 3
    assert [row.person_id for row in roster_queries.lines(lead, again.pk)] == [
        str(person.id) for n in (1, 2, 3) if (person := queries.find_by_number(lead, number(n)))
    ]
    assert dump() == before
    actions.commit_import(by=lead, import_id=again.pk)
    third = come(lead, file)
    assert (reads, told(third)) == (["r.xlsx"], [("same", [])] * 3)
    actions.undo_import(by=lead, import_id=again.pk)
    actions.undo_import(by=lead, import_id=first.pk)
    assert told(come(lead, file)) == [("new", [])] * 3
    assert len(reads) == 2


def test_whatever_changed_in_between_is_seen(lead: Actor, tmp_path: Path, reads: list[str]) -> None:
    file = write(tmp_path / "r.xlsx", [[*HEAD, "住址"], [*line(1), "1号"], [*line(2), "2号"]])
    actions.commit_import(by=lead, import_id=come(lead, file).pk)
    person = queries.find_by_number(lead, number(1))
    assert person is not None
    actions.change(by=lead, person_id=person.id, phones=["19900000001"])
    assert (told(come(lead, file)), len(reads)) == ([("same", [])] * 2, 2)
    actions.change(by=lead, person_id=person.id, address="9号")
    assert (told(come(lead, file)), len(reads)) == ([("changed", ["claim.kept"]), ("same", [])], 3)
    actions.move(by=lead, person_id=person.id, area_code=OTHER, on=date(2021, 1, 1))
    assert told(come(lead, file))[0][0] == "changed"
    assert len(reads) == 4
    other = come(lead, file, source_kind="census")
    assert (other.source_kind, len(reads)) == ("census", 5)
    come(lead, file, mapping={"住址": "ignore"})
    assert len(reads) == 6


def test_lines_that_somebody_has_to_look_at_are_judged_beside_their_own_people(
    lead: Actor, tmp_path: Path, reads: list[str]
) -> None:
    rows = [line(1), ["王无", None, village_name()], ["李四", "12345", village_name()]]
    file = write(tmp_path / "r.xlsx", [HEAD, *rows])
    actions.commit_import(by=lead, import_id=come(lead, file).pk)
    again = come(lead, file)
    assert len(reads) == 2
    actions.commit_import(by=lead, import_id=again.pk)
    third = come(lead, file)
    assert len(reads) == 2
    assert told(third) == told(again)


def test_two_proposals_of_one_file_do_not_bring_the_same_person_twice(
    lead: Actor, tmp_path: Path, reads: list[str]
) -> None:
    file = write(tmp_path / "r.xlsx", [HEAD, line(1), line(2)])
    rosters = [come(lead, file) for _time in range(3)]
    for roster in rosters:
        actions.commit_import(by=lead, import_id=roster.pk)
    assert Person.objects.unscoped(EVERY).count() == 2
    assert len(reads) <= 3
