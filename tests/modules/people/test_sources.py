"""Which source the ledger believes, field by field; what the others say is kept, shown, and goes again with its roster."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from django.db import transaction

from tests.modules.people.conftest import EVERY, OTHER, TOWN, VILLAGE, Register, number, village_name, write
from tests.modules.people.test_hostile_rosters import told
from tests.modules.people.test_imports import said
from tests.modules.people.test_ugly_rosters import dump
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.models import Entry
from yingjie.people import actions, changes, queries, refusals, reviews, source_queries
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
    return Person.objects.unscoped(EVERY).exclude(name__startswith="张").get()


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


BARE = ["姓名", "身份证号", "村", "住址", "联系电话", "出生日期", "性别"]


def without_number(by: Actor, sequence: int = 1, **given: object) -> Person:
    """Somebody without a number among a dozen others: how common a name or a birth date is must be known to be sure of anybody."""
    if not Person.objects.unscoped(EVERY).exists():
        for at in range(12):
            entry = {
                "name": f"张{chr(0x5E73 + 7 * at)}",
                "number": number(900 + at, f"19{40 + at}0711"),
                "address": f"后街{at}号",
            }
            actions.register(by=system("test"), area_code=OTHER, **entry)  # type: ignore[arg-type]
    arguments: dict[str, object] = {
        "area_code": VILLAGE, "name": "王秀英", "without_document": "lost", "birth_on": date(1950, 1, 1), "sex": "unknown",
        "address": f"幸福街{sequence}号", "phones": [f"1990000000{sequence}"],
    }  # fmt: skip
    return actions.register(by=by, **(arguments | given))  # type: ignore[arg-type]


def test_a_list_brings_the_number_and_the_sex_that_somebody_lacked(lead: Actor, tmp_path: Path) -> None:
    somebody = without_number(lead)
    before = dump()
    line = who(name="王秀英", number=number(2), address="幸福街1号", phone="19900000001")
    roster = bring(lead, tmp_path, "police_register", line)
    assert told(roster) == [("changed", ["changed.number", "changed.sex"])]
    assert said(roster)[2][0]["zh"] == "补入证件号：**************0026"
    actions.commit_import(by=lead, import_id=roster.pk)
    found = queries.find_by_number(lead, number(2))
    assert found is not None and found.id == somebody.pk
    now = person()
    source = LedgerSource.objects.unscoped(EVERY).get()
    assert (now.sex, now.without_document, now.origins) == (
        "female",
        "",
        {"number": source.pk, "sex": source.pk},
    )
    assert claims() == []
    by_field = {row.field: row for row in source_queries.provenance(lead, somebody.pk)}
    assert by_field["number"].source is not None and by_field["number"].source.kind == "police_register"
    assert number(2) not in str(by_field) and by_field["number"].value.endswith(number(2)[-4:])
    entry = Entry.objects.filter(verb="people.commit_import").get()
    assert entry.facts["brought"] == {"number": 1, "sex": 1} and number(2) not in str(entry.facts)
    after = dump()
    assert told(bring(lead, tmp_path, "police_register", line)) == [("same", [])]
    assert dump() == after
    actions.undo_import(by=lead, import_id=roster.pk)
    assert dump() == before


def test_an_old_number_of_fifteen_digits_comes_as_eighteen(lead: Actor, tmp_path: Path) -> None:
    somebody = without_number(lead)
    old = number(2)[:6] + number(2)[8:17]
    before = dump()
    roster = written(
        lead, tmp_path, "census", who(name="王秀英", number=old, address="幸福街1号", phone="19900000001")
    )
    found = queries.find_by_number(lead, number(2))
    assert found is not None and found.id == somebody.pk
    again = bring(lead, tmp_path, "grid_survey", who(name="王秀英", number=number(2), address="幸福街1号"))
    assert told(again) == [("same", [])]
    actions.undo_import(by=lead, import_id=roster.pk)
    assert dump() == before


def test_a_number_that_is_somebody_else_s_is_doubtful(lead: Actor, tmp_path: Path) -> None:
    """Also where the other lives in a township that the importer does not see, and where it came between review and commit."""
    without_number(lead)
    system_entry = {"name": "赵云", "birth_on": None, "sex": None}
    elsewhere = "110117002001"
    actions.register(
        by=system("test"),
        area_code=elsewhere,
        number=number(2),
        **system_entry,  # type: ignore[arg-type]
    )
    line = who(name="王秀英", number=number(2), address="幸福街1号", phone="19900000001")
    roster = bring(lead, tmp_path, "police_register", line)
    assert [fate for fate, _codes in told(roster)] == ["doubtful"]
    line = who(name="王秀英", number=number(4), address="幸福街1号", phone="19900000001")
    late = bring(lead, tmp_path, "police_register", line)
    assert told(late) == [("changed", ["changed.number", "changed.sex"])]
    actions.register(by=system("test"), area_code=elsewhere, number=number(4), **system_entry)  # type: ignore[arg-type]
    before = dump()
    actions.commit_import(by=lead, import_id=late.pk)
    late.refresh_from_db()
    assert told(late) == [("doubtful", ["number.of_another"])]
    after = dump()
    assert {
        name: after[name] for name in ("people_person", "people_identitydocument", "people_documentkey")
    } == {name: before[name] for name in ("people_person", "people_identitydocument", "people_documentkey")}
    # Whoever says that it is her all the same gets the rest; the number stays a claim.
    doubt = Doubt.objects.unscoped(EVERY).get()
    reviews.decide(by=lead, doubt_id=doubt.pk, answer="same")
    assert [row[:2] for row in claims()] == []
    mine = Person.objects.unscoped(EVERY).get(name="王秀英")
    assert (mine.sex, mine.documents.unscoped(EVERY).count()) == ("female", 0)
    reviews.undo_decision(by=lead, doubt_id=doubt.pk)
    assert dump() == after


def test_another_birth_date_comes_with_the_number_and_stays_with_it(lead: Actor, tmp_path: Path) -> None:
    somebody = without_number(lead)
    before = dump()
    heard: list[set[UUID]] = []
    changes.on_change(listener := lambda ids: heard.append(set(ids)))
    line = who(name="王秀英", number=number(2, "19500103"), address="幸福街1号", phone="19900000001")
    roster = bring(lead, tmp_path, "grid_survey", line)
    assert told(roster) == [("changed", ["changed.number", "changed.birth_on", "changed.sex"])]
    actions.commit_import(by=lead, import_id=roster.pk)
    now = person()
    assert (now.birth_on, now.has_stays) == (date(1950, 1, 3), True)
    assert heard == [{somebody.pk}]
    # A list without the number says the former day: the number on record decides, the list is kept as a claim.
    bare = ["王秀英", None, village_name(), "幸福街1号", "19900000001", date(1950, 1, 1), "女"]
    file = write(tmp_path / "bare.xlsx", [BARE, bare])
    other = actions.propose_import(
        by=lead, area_code=TOWN, path=file, file_name="bare.xlsx", source_kind="police_register"
    )
    assert told(other) == [("changed", ["match.certain", "claim.kept"])]
    assert said(other)[2][-1]["zh"] == (
        "出生日期：本名册写“1950-01-01”，台账仍按证件号码记“1950-01-03”；两者都留存。"
    )
    was = dump()
    actions.commit_import(by=lead, import_id=other.pk)
    assert person().birth_on == date(1950, 1, 3)
    assert claims() == [
        ("birth_on", "1950-01-03", "grid_survey", True), ("birth_on", "1950-01-01", "police_register", False),
    ]  # fmt: skip
    against = {row.field: row.against for row in source_queries.provenance(lead, somebody.pk)}
    assert [(each.value, each.source.kind) for each in against["birth_on"]] == [
        ("1950-01-01", "police_register")
    ]
    actions.undo_import(by=lead, import_id=other.pk)
    assert dump() == was
    actions.undo_import(by=lead, import_id=roster.pk)
    assert dump() == before
    assert heard == [{somebody.pk}, {somebody.pk}]
    changes._listeners.remove(listener)


def test_a_birth_date_without_a_number_goes_by_the_sources(lead: Actor, tmp_path: Path) -> None:
    somebody = without_number(lead, sex="female")

    def of(kind: str, born: date) -> RosterImport:
        cells = ["王秀英", None, village_name(), "幸福街1号", "19900000001", born, "女"]
        file = write(tmp_path / "bare.xlsx", [BARE, cells])
        return actions.propose_import(
            by=lead, area_code=TOWN, path=file, file_name="bare.xlsx", source_kind=kind
        )

    before = dump()
    census = of("census", date(1950, 1, 11))
    assert told(census) == [("changed", ["match.certain", "changed.birth_on"])]
    actions.commit_import(by=lead, import_id=census.pk)
    assert told(of("grid_survey", date(1950, 1, 1))) == [("changed", ["match.certain", "claim.kept"])]
    actions.undo_import(by=lead, import_id=census.pk)
    assert dump() == before
    actions.correct_birth(by=lead, person_id=somebody.pk, birth_on=date(1950, 1, 2), reason="户口本")
    assert told(of("police_register", date(1950, 1, 1))) == [("changed", ["match.certain", "claim.kept"])]
    line = who(name="王秀英", number=number(2), address="幸福街1号", phone="19900000001")
    assert told(bring(lead, tmp_path, "police_register", line)) == [("doubtful", ["number.contradicts"])]


def test_of_two_numbers_the_better_source_s_is_believed_when_somebody_says_so(
    lead: Actor, tmp_path: Path
) -> None:
    somebody = without_number(lead, name="王英", sex="male")
    written(lead, tmp_path, "grid_survey", who(address="幸福街1号", phone="19900000001"))
    line = who(number=number(3), address="幸福街1号", phone="19900000001")
    roster = written(lead, tmp_path, "police_register", line)
    assert [fate for fate, _codes in told(roster)] == ["doubtful"]
    before = dump()
    doubt = Doubt.objects.unscoped(EVERY).get()
    reviews.decide(by=lead, doubt_id=doubt.pk, answer="same")
    assert queries.find_by_number(lead, number(1)) is None
    found = queries.find_by_number(lead, number(3))
    assert found is not None and found.id == somebody.pk
    reviews.undo_decision(by=lead, doubt_id=doubt.pk)
    assert dump() == before
    actions.correct_number(by=lead, person_id=somebody.pk, number=number(5))
    kept = dump()
    reviews.decide(by=lead, doubt_id=doubt.pk, answer="same")
    assert queries.find_by_number(lead, number(5)) is not None
    assert [row[:4] for row in claims()] == [("number", number(3), "police_register", False)]
    reviews.undo_decision(by=lead, doubt_id=doubt.pk)
    assert dump() == kept


def test_a_number_is_not_taken_back_after_it_was_corrected(lead: Actor, tmp_path: Path) -> None:
    somebody = without_number(lead, sex="female")
    line = who(name="王秀英", number=number(2), address="幸福街1号", phone="19900000001")
    roster = written(lead, tmp_path, "census", line)
    actions.correct_number(by=lead, person_id=somebody.pk, number=number(4))
    before = dump()
    with pytest.raises(refusals.BuiltUpon):
        actions.undo_import(by=lead, import_id=roster.pk)
    assert dump() == before
