"""A roster becomes a proposal with a fate for every line, loads once, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.modules.people.conftest import (
    COUNTY,
    EVERY,
    OTHER,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Register,
    actor,
    number,
    village_name,
    write,
)
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import Refusal
from yingjie.people import actions, queries, refusals
from yingjie.people.models import DocumentKey, Person, Phone, RosterImport, RosterPage
from yingjie.people.roster.pages import opened
from yingjie.people.roster.reasons import Reason
from yingjie.people.roster_queries import reasons_of

HEAD = ["序号", "姓名", "身份证号", "性别", "出生日期", "村", "住址", "联系电话"]


def line(sequence: int, *, birth: str = "19500101", **given: object) -> list[object]:
    """A good line; `given` replaces cells by their heading."""
    day = date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
    cells = {
        "序号": sequence, "姓名": f"王{'秀英红梅兰'[sequence % 5]}", "身份证号": number(sequence, birth),
        "性别": "男" if sequence % 2 else "女", "出生日期": day, "村": village_name(), "住址": f"{sequence}号",
        "联系电话": f"1990000{sequence:04d}",
    }  # fmt: skip
    return list((cells | given).values())


def propose(
    by: Actor, path: Path, rows: Sequence[Sequence[object]], *, area: str = TOWN, **given: object
) -> RosterImport:
    file = write(path / "roster.xlsx", [HEAD, *rows])
    return actions.propose_import(by=by, area_code=area, path=file, file_name="roster.xlsx", **given)  # type: ignore[arg-type]


def fates(roster: RosterImport) -> list[tuple[int, str, list[str]]]:
    return [
        (row["line"], row["fate"], [found["code"] for found in reasons_of(row)]) for row in kept_lines(roster)
    ]


def kept_lines(roster: RosterImport) -> list[dict[str, Any]]:
    pages = RosterPage.objects.unscoped(EVERY).filter(roster=roster).order_by("order")
    return [row for page in pages for row in opened(page.content).iter_rows(named=True)]


def said(roster: RosterImport) -> dict[int, list[Reason]]:
    return {row["line"]: reasons_of(row) for row in kept_lines(roster)}


def people() -> list[tuple[object, ...]]:
    return list(Person.objects.unscoped(EVERY).order_by("pk").values_list())


def counts(**expected: int) -> dict[str, int]:
    return dict.fromkeys(("new", "same", "changed", "doubtful", "refused", "left_out"), 0) | expected


def refused(error: type[Refusal], verb: object, **arguments: object) -> Refusal:
    before = people(), RosterPage.objects.unscoped(EVERY).count(), Entry.objects.count()
    with pytest.raises(error) as caught:
        verb(**arguments)  # type: ignore[operator]
    assert (people(), RosterPage.objects.unscoped(EVERY).count(), Entry.objects.count()) == before
    return caught.value


# --- from file to ledger ---------------------------------------------------------------------------


def test_proposal_writes_nothing_and_commit_writes_the_good_lines(lead: Actor, tmp_path: Path) -> None:
    roster = propose(lead, tmp_path, [line(1), line(2), line(3, 身份证号="12345")])
    assert (roster.state, roster.counts) == ("proposed", counts(new=2, refused=1))
    assert people() == []
    assert fates(roster) == [(2, "new", []), (3, "new", []), (4, "refused", ["id.length"])]
    assert actions.commit_import(by=lead, import_id=roster.pk) == counts(new=2, refused=1)
    found = Person.objects.unscoped(EVERY).order_by("birth_on", "name")
    assert {(row.area_id, row.sex, row.source) for row in found} == {
        (VILLAGE, "male", f"import {roster.pk}"), (VILLAGE, "female", f"import {roster.pk}"),
    }  # fmt: skip
    one = queries.find_by_number(lead, number(1))
    assert one is not None
    assert (one.name, one.address, one.phones) == ("王英", "1号", ("199****0001",))
    entry = Entry.objects.get(verb="people.commit_import")
    assert entry.facts == {"counts": counts(new=2, refused=1)}
    assert number(1) not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_commit_equals_registering_one_by_one(lead: Actor, tmp_path: Path) -> None:
    roster = propose(lead, tmp_path, [line(1)])
    actions.commit_import(by=lead, import_id=roster.pk)
    actions.register(
        by=lead, area_code=VILLAGE, name="王秀", number=number(11), address="11号", phones=("19900000011",)
    )
    columns = ("area_id", "sex", "birth_on", "household_id", "household_role", "registered_on", "left_on")
    assert Person.objects.unscoped(EVERY).values_list(*columns).distinct().count() == 1
    for model in (DocumentKey.objects, Phone.objects.unscoped(EVERY)):
        assert model.count() == 2


def test_same_file_again_is_all_the_same(lead: Actor, tmp_path: Path) -> None:
    rows = [line(1), line(2), line(3)]
    actions.commit_import(by=lead, import_id=propose(lead, tmp_path, rows).pk)
    before = people()
    again = propose(lead, tmp_path, rows)
    assert again.counts == counts(same=3)
    assert actions.commit_import(by=lead, import_id=again.pk) == counts(same=3)
    assert people() == before


def test_households_follow_their_head_or_their_number(lead: Actor, tmp_path: Path) -> None:
    head = [*HEAD, "与户主关系"]
    rows = [
        [*line(1), "户主"],
        [*line(2), "妻子"],
        [*line(3), "长子"],
        [*line(4), "户主"],
        [*line(5), "外甥"],
    ]
    file = write(tmp_path / "r.xlsx", [head, *rows])
    for expected in (counts(new=5), counts(same=5)):
        roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="r")
        assert roster.counts == expected
        actions.commit_import(by=lead, import_id=roster.pk)
    ids = [queries.find_by_number(lead, number(n)).household_id for n in range(1, 6)]  # type: ignore[union-attr]
    assert ids[0] == ids[1] == ids[2] != ids[3] == ids[4]
    roles = [queries.find_by_number(lead, number(n)).household_role for n in range(1, 6)]  # type: ignore[union-attr]
    assert roles == ["head", "spouse", "child", "head", "other"]
    numbered = write(
        tmp_path / "n.xlsx", [[*HEAD, "户号"], [*line(11), "7"], [*line(12), "7"], [*line(13), "8"]]
    )
    roster = actions.propose_import(by=lead, area_code=TOWN, path=numbered, file_name="n")
    actions.commit_import(by=lead, import_id=roster.pk)
    ids = [queries.find_by_number(lead, number(n)).household_id for n in (11, 12, 13)]  # type: ignore[union-attr]
    assert ids[0] == ids[1] != ids[2]


def test_who_lives_together_already_is_not_moved_by_a_roster(
    lead: Actor, register: Register, tmp_path: Path
) -> None:
    house, other_house = uuid7(), uuid7()
    roles = {1: "head", 2: "spouse", 3: "child", 4: "head", 5: "spouse"}
    for n, role in roles.items():
        home = house if n < 4 else other_house
        register(
            n, name=line(n)[1], household_id=home, household_role=role, address=f"{n}号", phones=[line(n)[7]]
        )
    head = [*HEAD, "与户主关系", "户号"]
    together = [
        [*line(1), "户主", "7"],
        [*line(2), "妻子", "7"],
        [*line(3), "长子", "7"],
        [*line(4), "户主", "8"],
    ]

    def proposed(rows: list[list[object]], width: int) -> RosterImport:
        file = write(tmp_path / "r.xlsx", [row[:width] for row in (head, *rows)])
        return actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="r")

    for width in (9, 10):
        assert proposed(together, width).counts == counts(same=4)
    # A newcomer joins the household that is there, even as the line above those who are known.
    grown = proposed([[*line(9), "户主"], [*line(2), "妻子"], [*line(3), "长子"]], 9)
    assert grown.counts == counts(new=1, same=2)
    actions.commit_import(by=lead, import_id=grown.pk)
    assert queries.find_by_number(lead, number(9)).household_id == house  # type: ignore[union-attr]
    # Who is taken apart moves, the smaller part; and two households that became one.
    parted = proposed([[*line(1), "户主"], [*line(9), "户主"], [*line(2), "妻子"], [*line(3), "长子"]], 9)
    assert fates(parted) == [
        (2, "changed", ["changed.household"]), (3, "same", []), (4, "same", []), (5, "same", []),
    ]  # fmt: skip
    joined = proposed([[*line(2), "妻子"], [*line(4), "户主"], [*line(5), "妻子"], [*line(3), "长子"]], 9)
    assert fates(joined) == [
        (2, "same", []), (3, "same", []), (4, "same", []), (5, "changed", ["changed.household"]),
    ]  # fmt: skip


# --- fates -----------------------------------------------------------------------------------------


def test_every_reason_to_refuse_or_doubt_a_line(lead: Actor, tmp_path: Path) -> None:
    elsewhere = areas.villages_under(actor("county_lead", COUNTY), "110117")
    inside = {row.name for row in areas.villages_under(lead, TOWN)}
    foreign = next(
        row.name
        for row in elsewhere
        if row.name not in inside and areas.resolve(actor("county_lead", COUNTY), row.name, COUNTY).area
        and areas.resolve(lead, row.name, TOWN).kind == "none"
    )  # fmt: skip
    rows = [
        line(1),
        line(2, 身份证号=number(1), 性别="男"),
        line(3, 身份证号=1.1010119500101e17),
        line(4, 身份证号=None),
        line(5, 身份证号="999999195001010*15"),
        line(6, 姓名="7号"),
        line(7, 姓名=None),
        line(8, 村=None),
        line(9, 村="无此村庄"),
        line(10, 村=foreign),
        line(11, 出生日期=date(1951, 1, 1)),
        line(12, 性别="男"),
        line(13, 住址="长" * 121),
        line(14, 联系电话="123"),
        line(15, 出生日期="1950"),
        line(16, 性别="?"),
    ]
    roster = propose(lead, tmp_path, rows)
    assert [(fate, codes) for _number, fate, codes in fates(roster)] == [
        ("new", []),
        ("refused", ["number.twice"]),
        ("refused", ["id.float"]),
        ("doubtful", ["number.missing"]),
        ("refused", ["id.masked"]),
        ("refused", ["name.characters"]),
        ("refused", ["name.missing"]),
        ("refused", ["village.missing"]),
        ("refused", ["village.unknown"]),
        ("refused", ["village.outside"]),
        ("doubtful", ["birth.differs"]),
        ("doubtful", ["sex.differs"]),
        ("doubtful", ["address.long"]),
        ("new", ["phone.unread"]),
        ("new", ["birth.unread"]),
        ("new", ["sex.unread"]),
    ]
    twice = said(roster)[3]
    assert "第 2 行" in twice[0]["zh"]
    assert "line 2" in twice[0]["en"]
    actions.commit_import(by=lead, import_id=roster.pk)
    assert Person.objects.unscoped(EVERY).count() == 4
    assert [row["fate"] for row in kept_lines(roster)].count("doubtful") == 4


def test_lines_of_people_whom_the_ledger_knows(register: Register, lead: Actor, tmp_path: Path) -> None:
    foreign = areas.villages_under(actor("county_lead", COUNTY), OTHER_TOWN)[0]
    register(1, name="王英", address="1号", phones=("19900000001",))
    register(2, name="王红", address="旧址")
    register(3, name="李大同")
    register(4, name="王兰", area_code=foreign.code)
    gone = register(5, name="王秀", registered_on=clock.today() - timedelta(days=9))
    actions.leave(by=lead, person_id=gone.pk, on=clock.today(), reason="")
    register(6, name="王瑛", address="6号", phones=("19900000006",))
    register(7, name="王红", address="7号", phones=("19900000007",))
    rows = [*(line(n) for n in range(1, 7)), line(7, 村=village_name(OTHER))]
    roster = propose(lead, tmp_path, rows)
    assert [(fate, codes) for _number, fate, codes in fates(roster)] == [
        ("same", []),
        ("changed", ["changed.address", "changed.phones"]),
        ("doubtful", ["ledger.other_name"]),
        ("doubtful", ["ledger.elsewhere"]),
        ("doubtful", ["ledger.left"]),
        ("changed", ["changed.name"]),
        ("changed", ["changed.area"]),
    ]
    reasons = said(roster)
    assert reasons[3][0]["zh"] == "住址：旧址 → 2号"
    assert reasons[3][1]["zh"] == "新增电话：199****0002"
    assert foreign.name not in str(reasons[5])
    actions.commit_import(by=lead, import_id=roster.pk)
    changed = queries.find_by_number(lead, number(2))
    assert changed is not None
    assert (changed.address, changed.phones, changed.name) == ("2号", ("199****0002",), "王红")
    assert queries.find_by_number(lead, number(6)).name == "王英"  # type: ignore[union-attr]
    assert queries.find_by_number(lead, number(7)).area_code == OTHER  # type: ignore[union-attr]
    again = propose(lead, tmp_path, rows)
    assert again.counts == counts(same=4, doubtful=3)


def test_whoever_may_see_the_other_area_learns_where(register: Register, tmp_path: Path) -> None:
    foreign = areas.villages_under(actor("county_lead", COUNTY), OTHER_TOWN)[0]
    register(1, name="王英", area_code=foreign.code)
    roster = propose(actor("county_lead", COUNTY), tmp_path, [line(1)], area=TOWN)
    (row,) = kept_lines(roster)
    assert row["fate"] == "doubtful"
    assert foreign.name in reasons_of(row)[0]["zh"]


def test_import_of_a_village_takes_what_names_no_other_village(lead: Actor, tmp_path: Path) -> None:
    rows = [line(1, 村=None), line(2, 村="三组甲乙丙丁"), line(3, 村=village_name(OTHER)), line(4)]
    roster = propose(lead, tmp_path, rows, area=VILLAGE)
    assert [(fate, codes) for _n, fate, codes in fates(roster)] == [
        ("new", []), ("new", ["village.of_import"]), ("refused", ["village.outside"]), ("new", []),
    ]  # fmt: skip


def test_grids_are_matched_inside_their_village(lead: Actor, tmp_path: Path) -> None:
    from yingjie.areas.actions import add_local

    grid = add_local(by=actor("county_lead", COUNTY), parent_code=VILLAGE, name="第一网格")
    file = write(
        tmp_path / "r.xlsx",
        [[*HEAD, "网格"], [*line(1), "第一网格"], [*line(2), "第九网格"], [*line(3), None]],
    )
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="r")
    assert [codes for _n, _fate, codes in fates(roster)] == [[], ["grid.unknown"], []]
    actions.commit_import(by=lead, import_id=roster.pk)
    codes = [queries.find_by_number(lead, number(n)).area_code for n in (1, 2, 3)]  # type: ignore[union-attr]
    assert codes == [grid.code, VILLAGE, VILLAGE]
    # A later roster that knows only the village does not undo the grid.
    assert propose(lead, tmp_path, [line(1)]).counts == counts(same=1)


def test_township_beside_the_village(lead: Actor, tmp_path: Path) -> None:
    names = areas.names([TOWN, OTHER_TOWN])
    head = [*HEAD, "乡镇"]
    file = write(tmp_path / "r.xlsx", [head, [*line(1), names[TOWN]], [*line(2), names[OTHER_TOWN]]])
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="r")
    assert [(fate, codes) for _n, fate, codes in fates(roster)] == [
        ("new", []),
        ("doubtful", ["town.differs"]),
    ]


# --- columns ---------------------------------------------------------------------------------------


def test_titles_synonyms_and_totals_are_understood(lead: Actor, tmp_path: Path) -> None:
    rows = [
        ["某镇 2021 年人员名册"],
        ["填报单位：某村", None, None, "日期：2021-05-01"],
        ["序号", "人员姓名", "公民身份号码", "所属村（必填）", "手机号码", "备注"],
        [1, "王英", number(1), village_name(), "19900000001", "x"],
        [2, "王红", number(2), village_name(), 19900000002, None],
        ["合计", 2, None, None, None, None],
    ]
    roster = actions.propose_import(
        by=lead, area_code=TOWN, path=write(tmp_path / "r.xlsx", rows), file_name="r"
    )
    assert list(roster.mapping["fields"]) == ["", "name", "number", "village", "phone", "remark"]
    assert roster.counts == counts(new=2, left_out=1)


def test_columns_can_be_named_by_hand(lead: Actor, tmp_path: Path) -> None:
    rows = [["甲", "乙", "丙"], ["王英", number(1), village_name()], ["王红", number(2), village_name()]]
    file = write(tmp_path / "r.xlsx", rows)
    given = {"by": lead, "area_code": TOWN, "path": file, "file_name": "r"}
    roster = actions.propose_import(**given, mapping={"甲": "name", "丙": "village"})  # type: ignore[arg-type]
    assert list(roster.mapping["fields"]) == ["name", "number", "village"]
    assert roster.counts == counts(new=2)
    refused(refusals.UnknownColumn, actions.propose_import, **given, mapping={"丁": "name"})
    error = refused(refusals.UnknownField, actions.propose_import, **given, mapping={"甲": "nickname"})
    assert "birth_on" in error.say_reason()


def test_columns_changed_in_the_review_give_new_fates(lead: Actor, tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "曾用地"],
        ["王英", number(1), village_name()],
        ["王红", 1.1e17, village_name()],
    ]
    file = write(tmp_path / "r.xlsx", rows)
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="r")
    assert roster.counts == counts(refused=2)
    again = actions.remap_import(by=lead, import_id=roster.pk, mapping={"#3": "village"})
    assert again.counts == counts(new=1, refused=1)
    assert [codes for _n, _fate, codes in fates(again)] == [[], ["id.float"]]
    actions.commit_import(by=lead, import_id=roster.pk)
    refused(
        refusals.ImportNotOpen, actions.remap_import, by=lead, import_id=roster.pk, mapping={"#3": "ignore"}
    )


def test_file_that_holds_no_people_is_refused(lead: Actor, tmp_path: Path) -> None:
    file = write(tmp_path / "r.xlsx", [["品名", "规格"], ["疫苗", "1ml"], ["棉签", "一包"]])
    error = refused(
        refusals.ColumnsNotUnderstood,
        actions.propose_import,
        by=lead,
        area_code=TOWN,
        path=file,
        file_name="r",
    )
    assert "品名, 规格" in error.say_reason()
