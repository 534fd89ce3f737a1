"""A commit that is killed in the middle leaves nothing half done; a cancelled one neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.people.conftest import EVERY, TOWN, actor, number, village_name, write
from yingjie.areas.actions import load_county
from yingjie.foundation.access.actor import system
from yingjie.foundation.jobs.registry import Cancelled
from yingjie.people import actions, roster_writing
from yingjie.people.models import DocumentKey, LedgerSource, Person, RosterImport

pytestmark = pytest.mark.django_db(transaction=True)
LEAD = actor("town_lead", TOWN)


def proposed(path: Path, monkeypatch: pytest.MonkeyPatch) -> RosterImport:
    load_county(by=system("test"), code="110117")
    monkeypatch.setattr("yingjie.people.roster_reading.LINES", 10)
    rows = [[f"王{'秀英红梅兰'[n % 5]}", number(n), village_name()] for n in range(1, 36)]
    file = write(path / "r.xlsx", [["姓名", "身份证号", "村"], *rows])
    return actions.propose_import(by=LEAD, area_code=TOWN, path=file, file_name="r")


def nothing_is_half_done(roster: RosterImport) -> None:
    assert Person.objects.unscoped(EVERY).count() == DocumentKey.objects.count() == 0
    assert LedgerSource.objects.unscoped(EVERY).count() == 0
    roster.refresh_from_db()
    assert roster.state == "proposed"
    assert actions.commit_import(by=LEAD, import_id=roster.pk)["new"] == 35


def test_killed_between_two_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingjie.people.roster_batches.BATCH", 10)
    roster = proposed(tmp_path, monkeypatch)
    enter, pages = roster_writing.bulk_loading.enter_rows, []

    def dies_on_the_third(*given: object, **more: object) -> None:
        pages.append(1)
        if len(pages) == 3:
            raise KeyboardInterrupt
        enter(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("yingjie.people.roster_writing.bulk_loading.enter_rows", dies_on_the_third)
    with pytest.raises(KeyboardInterrupt):
        actions.commit_import(by=LEAD, import_id=roster.pk)
    monkeypatch.undo()
    assert len(pages) == 3
    nothing_is_half_done(roster)


def test_cancelled_between_two_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = proposed(tmp_path, monkeypatch)
    told: list[int] = []

    def stop(done: int, *_rest: object) -> None:
        told.append(done)
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        actions.commit_import(by=LEAD, import_id=roster.pk, progress=stop)
    assert len(told) == 2
    nothing_is_half_done(roster)
