"""Which source the ledger believes, field by field; what the others say is kept, shown, and goes again with its roster."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import transaction

from tests.modules.people.conftest import EVERY, OTHER, TOWN, VILLAGE, Register, number, village_name, write
from tests.modules.people.test_hostile_rosters import told
from tests.modules.people.test_imports import said
from tests.modules.people.test_ugly_rosters import dump
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, refusals, reviews, source_queries
from yingjie.people.models import ROSTER_KINDS, Claim, Doubt, LedgerSource, Person, RosterImport

HEAD = ["姓名", "身份证号", "村", "住址", "联系电话"]


def bring(by: Actor, folder: Path, kind: str, *rows: list[object], on: date | None = None) -> RosterImport:
    file = write(folder / f"{kind}.xlsx", [HEAD, *rows])
    return actions.propose_import(
        by=by, area_code=TOWN, path=file, file_name=f"{kind}.xlsx", source_kind=kind, said_on=on
    )


def written(by: Actor, folder: Path, kind: str, *rows: list[object], on: date | None = None) -> RosterImport:
    roster = bring(by, folder, kind, *rows, on=on)
    actions.commit_import(by=by, import_id=roster.pk)
    roster.refresh_from_db()
    return roster


def who(**more: object) -> list[object]:
    cells: dict[str, object] = {
        "name": "王英",
        "number": number(1),
        "village": village_name(),
        "address": "1号",
        "phone": None,
    }
    return list((cells | more).values())


def claims() -> list[tuple[str, str, str, bool]]:
    rows = Claim.objects.unscoped(EVERY).select_related("source").order_by("field", "source__kind")
    return [(row.field, row.value, row.source.kind, row.chosen) for row in rows]


def person() -> Person:
    return Person.objects.unscoped(EVERY).get()


def test_a_better_source_stays_and_the_other_is_kept_as_a_claim(lead: Actor, tmp_path: Path) -> None:
    written(lead, tmp_path, "police_register", who(), on=date(2021, 1, 1))
    before = dump()
    survey = bring(
        lead, tmp_path, "grid_survey", who(name="王瑛", village=village_name(OTHER), address="9号")
    )
    assert told(survey) == [("changed", ["changed.area", "changed.address", "claim.kept"])]
    kept = said(survey)[2][-1]
    assert kept["zh"] == "姓名：本名册写“王瑛”，台账仍按公安户籍底册记“王英”；两者都留存。"
    actions.commit_import(by=lead, import_id=survey.pk)
    assert (person().name, person().area_id, person().address) == ("王英", OTHER, "9号")
    assert claims() == [
        ("address", "9号", "grid_survey", True), ("address", "1号", "police_register", False),
        ("area", OTHER, "grid_survey", True), ("area", VILLAGE, "police_register", False),
        ("name", "王瑛", "grid_survey", False), ("name", "王英", "police_register", True),
    ]  # fmt: skip
    after = dump()
    again = bring(lead, tmp_path, "grid_survey", who(name="王瑛", village=village_name(OTHER), address="9号"))
    assert told(again) == [("same", [])]
    back = bring(lead, tmp_path, "police_register", who(), on=date(2021, 1, 1))
    assert told(back) == [("same", [])]
    assert dump() == after
    actions.undo_import(by=lead, import_id=survey.pk)
    assert dump() == before


def test_a_roster_is_not_taken_back_under_what_another_said(lead: Actor, tmp_path: Path) -> None:
    first = written(lead, tmp_path, "police_register", who())
    second = written(lead, tmp_path, "grid_survey", who(name="王瑛"))
    third = written(lead, tmp_path, "census", who(name="王鹰"))
    assert [row[1:] for row in claims()] == [
        ("王鹰", "census", False), ("王瑛", "grid_survey", False), ("王英", "police_register", True),
    ]  # fmt: skip
    before = dump()
    with pytest.raises(refusals.BuiltUpon):
        actions.undo_import(by=lead, import_id=first.pk)
    assert dump() == before
    for roster in (third, second, first):
        actions.undo_import(by=lead, import_id=roster.pk)
    assert Person.objects.unscoped(EVERY).count() == 0
    assert claims() == []
    assert LedgerSource.objects.unscoped(EVERY).count() == 0


def test_a_better_source_replaces_and_the_former_becomes_a_claim(lead: Actor, tmp_path: Path) -> None:
    written(lead, tmp_path, "pushed_list", who(name="王瑛"))
    before = dump()
    better = written(lead, tmp_path, "census", who())
    assert person().name == "王英"
    assert claims() == [("name", "王英", "census", True), ("name", "王瑛", "pushed_list", False)]
    best = written(lead, tmp_path, "police_register", who(name="王莹"))
    assert claims() == [
        ("name", "王英", "census", False), ("name", "王莹", "police_register", True), ("name", "王瑛", "pushed_list", False),
    ]  # fmt: skip
    actions.undo_import(by=lead, import_id=best.pk)
    assert claims() == [("name", "王英", "census", True), ("name", "王瑛", "pushed_list", False)]
    actions.undo_import(by=lead, import_id=better.pk)
    assert dump() == before


def test_what_was_corrected_by_hand_stays(lead: Actor, tmp_path: Path, register: Register) -> None:
    somebody = register(1, name="王英", address="1号")
    actions.change(by=lead, person_id=somebody.pk, name="王瑛")
    roster = written(lead, tmp_path, "police_register", who(address="2号"))
    assert (person().name, person().address) == ("王瑛", "2号")
    assert claims() == [
        ("address", "2号", "police_register", True),
        ("name", "王英", "police_register", False),
    ]
    actions.undo_import(by=lead, import_id=roster.pk)
    assert (person().name, person().address, claims()) == ("王瑛", "1号", [])


def test_an_older_list_of_the_same_kind_changes_nothing(lead: Actor, tmp_path: Path) -> None:
    written(lead, tmp_path, "grid_survey", who(), on=date(2021, 5, 1))
    older = bring(lead, tmp_path, "grid_survey", who(address="老街1号"), on=date(2021, 3, 1))
    assert told(older) == [("changed", ["claim.kept"])]
    newer = bring(lead, tmp_path, "grid_survey", who(address="新街3号"), on=date(2021, 6, 1))
    assert told(newer) == [("changed", ["changed.address"])]


def test_what_a_list_is_is_remembered_with_its_headings(lead: Actor, tmp_path: Path) -> None:
    written(lead, tmp_path, "census", who())
    assert bring(lead, tmp_path, "", who(address="2号")).source_kind == "census"
    file = write(tmp_path / "x.xlsx", [["姓名", "身份证号", "村"], who()[:3]])
    assert actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="x").source_kind == "import"
    with pytest.raises(refusals.UnknownSource):
        bring(lead, tmp_path, "hearsay", who())
    with pytest.raises(refusals.ListOfTomorrow):
        bring(lead, tmp_path, "census", who(), on=clock.today() + timedelta(days=1))


def test_the_page_of_a_person_says_where_each_field_comes_from(lead: Actor, tmp_path: Path) -> None:
    written(lead, tmp_path, "police_register", who(phone="19900000001"))
    written(lead, tmp_path, "grid_survey", who(name="王瑛", village=village_name(OTHER)))
    found = source_queries.provenance(lead, person().pk)
    by_field = {row.field: row for row in found}
    assert (by_field["name"].source.kind, by_field["area"].source.kind) == ("police_register", "grid_survey")
    assert [(each.value, each.source.kind) for each in by_field["name"].against] == [("王瑛", "grid_survey")]
    assert [each.source.kind for each in by_field["area"].against] == ["police_register"]


def test_an_answer_of_the_review_queue_believes_field_by_field_as_an_import_does(
    lead: Actor, tmp_path: Path
) -> None:
    written(lead, tmp_path, "police_register", who(phone="19900000001"), on=date(2021, 1, 1))
    born = [HEAD[0], "出生日期", *HEAD[2:]]
    line = ["王英", date(1950, 1, 1), village_name(OTHER), "幸福街9号", None]
    file = write(tmp_path / "g.xlsx", [[*born, "与户主关系"], [*line, "户主"]])
    survey = actions.propose_import(
        by=lead, area_code=TOWN, path=file, file_name="g.xlsx", source_kind="pushed_list", said_on=date(2020, 5, 1)
    )  # fmt: skip
    actions.commit_import(by=lead, import_id=survey.pk)
    doubt = Doubt.objects.unscoped(EVERY).get()
    before = dump()
    reviews.decide(by=lead, doubt_id=doubt.pk, answer="same")
    assert (person().area_id, person().address, person().household_role) == (OTHER, "1号", "head")
    assert claims() == [
        ("address", "1号", "police_register", True), ("address", "幸福街9号", "pushed_list", False),
        ("area", VILLAGE, "police_register", False), ("area", OTHER, "pushed_list", True),
        ("household_role", "head", "pushed_list", True),
    ]  # fmt: skip
    reviews.undo_decision(by=lead, doubt_id=doubt.pk)
    assert dump() == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_came_over_a_list_goes_again_and_leaves_the_ledger_as_it_was(
    lead: Actor, tmp_path: Path, seed: int
) -> None:
    """Two random lists of random kinds, the second over the first: taken back it leaves every row of the ledger as the first left
    it, the first comes again as the same, and nothing is left of either at the end."""
    rng = Random(seed)
    names, phones = ["王英", "王瑛", "李红", "赵云"], [None, "19900000001", "19900000002、女儿19900000003"]

    def random_list() -> list[list[object]]:
        return [
            [
                rng.choice(names), number(n), village_name(rng.choice((VILLAGE, OTHER))), rng.choice((None, "1号", "2号")),
                rng.choice(phones), rng.choice((None, "户主", "妻", "子")),
            ]
            for n in rng.sample(range(1, 12), 8)
        ]  # fmt: skip

    def bring_list(rows: list[list[object]]) -> RosterImport:
        kind, day = rng.choice(ROSTER_KINDS), date(2021, rng.randrange(1, 6), 1)
        file = write(tmp_path / "r.xlsx", [[*HEAD, "与户主关系"], *rows])
        roster = actions.propose_import(
            by=lead, area_code=TOWN, path=file, file_name="r.xlsx", source_kind=kind, said_on=day
        )
        actions.commit_import(by=lead, import_id=roster.pk)
        return roster

    empty, rows = dump(), random_list()
    first = bring_list(rows)
    was = dump()
    second = bring_list(random_list())
    assert dump() != was
    third = bring_list(random_list())
    for roster in (third, second):
        actions.undo_import(by=lead, import_id=roster.pk)
    assert dump() == was
    file = write(tmp_path / "r.xlsx", [[*HEAD, "与户主关系"], *rows])
    again = actions.propose_import(
        by=lead, area_code=TOWN, path=file, file_name="r.xlsx", source_kind=first.source_kind, said_on=first.said_on
    )  # fmt: skip
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    somebody = Person.objects.unscoped(EVERY).first()
    assert somebody is not None
    until = transaction.savepoint()
    actions.change(by=lead, person_id=somebody.pk, address="9号")
    now = dump()
    with pytest.raises(refusals.BuiltUpon):
        actions.undo_import(by=lead, import_id=first.pk)
    assert dump() == now
    transaction.savepoint_rollback(until)
    actions.undo_import(by=lead, import_id=first.pk)
    assert dump() == empty
