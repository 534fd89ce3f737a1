"""Rosters committed at the same moment: every person comes into the ledger once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection

from tests.modules.people.conftest import EVERY, TOWN, VILLAGE, actor, number, village_name, write
from yingjie.areas.actions import load_county
from yingjie.foundation.access.actor import system
from yingjie.people import actions, refusals
from yingjie.people.models import DocumentKey, Person, RosterImport, RosterPage
from yingjie.people.roster.pages import opened

pytestmark = pytest.mark.django_db(transaction=True)
LEAD = actor("town_lead", TOWN)
PEOPLE = 120


def together(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own, all let go at once; their results or errors, in order."""
    start, results = Barrier(len(works)), [None] * len(works)

    def run(at: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            results[at] = work()  # type: ignore[call-overload]
        except Exception as error:
            results[at] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at, work)) for at, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


def proposed(path: Path, name: str, *, backwards: bool = False) -> UUID:
    sequences = range(PEOPLE, 0, -1) if backwards else range(1, PEOPLE + 1)
    rows = [[f"王{'秀英红梅兰'[n % 5]}", number(n), village_name()] for n in sequences]
    file = write(path / f"{name}.xlsx", [["姓名", "身份证号", "村"], *rows])
    made = actions.propose_import(by=LEAD, area_code=TOWN, path=file, file_name=name)
    assert made.counts["new"] == PEOPLE
    return made.pk


def test_one_roster_committed_twice_at_once_loads_once(tmp_path: Path) -> None:
    load_county(by=system("test"), code="110117")
    roster = proposed(tmp_path, "a")
    results = together(*[lambda: actions.commit_import(by=LEAD, import_id=roster)] * 2)
    refused = [result for result in results if isinstance(result, refusals.ImportNotOpen)]
    assert len(refused) == 1
    assert [result["new"] for result in results if isinstance(result, dict)] == [PEOPLE]
    assert Person.objects.unscoped(EVERY).count() == DocumentKey.objects.count() == PEOPLE


def test_two_rosters_of_the_same_people_at_once_load_them_once(tmp_path: Path) -> None:
    """The same people in opposite orders: neither deadlocks, and whoever comes second finds them all the same."""
    load_county(by=system("test"), code="110117")
    first, second = proposed(tmp_path, "a"), proposed(tmp_path, "b", backwards=True)
    results = together(
        lambda: actions.commit_import(by=LEAD, import_id=first),
        lambda: actions.commit_import(by=LEAD, import_id=second),
    )
    assert sorted((result["new"], result["same"]) for result in results) == [(0, PEOPLE), (PEOPLE, 0)]  # type: ignore[index]
    assert Person.objects.unscoped(EVERY).count() == DocumentKey.objects.count() == PEOPLE
    pages = RosterPage.objects.unscoped(EVERY)
    told = {person for page in pages for person in opened(page.content)["person"].to_list()}
    assert told == {str(pk) for pk in Person.objects.unscoped(EVERY).values_list("pk", flat=True)}
    assert set(RosterImport.objects.unscoped(EVERY).values_list("state", flat=True)) == {"committed"}


def test_the_same_person_registered_twice_at_once_is_entered_once() -> None:
    load_county(by=system("test"), code="110117")

    def register() -> object:
        return actions.register(by=LEAD, area_code=VILLAGE, name="王秀英", number=number(1))

    results = together(register, register, register)
    assert sum(isinstance(result, Person) for result in results) == 1
    assert sum(isinstance(result, refusals.AlreadyRegistered) for result in results) == 2
    assert Person.objects.unscoped(EVERY).count() == DocumentKey.objects.count() == 1
