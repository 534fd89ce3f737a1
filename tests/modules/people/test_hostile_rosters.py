"""Files that people send without meaning harm: townships nobody knows, words for numbers, titles between groups, hidden sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.modules.people.conftest import (
    EVERY,
    OTHER,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    number,
    village_name,
    write,
)
from tests.modules.people.test_imports import fates, kept_lines
from tests.modules.people.test_rosters_built_to_hurt import NEW, Fate, book_of, live
from tests.modules.people.test_ugly_rosters import dump
from yingjie.areas.queries import names
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, import_previews, refusals, roster_queries
from yingjie.people.models import RosterImport

HEAD = ["姓名", "身份证号", "村"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def line(n: int, *more: object, village: object = "") -> list[object]:
    return [f"{SURNAMES[n % 30]}某某", number(n), village_name() if village == "" else village, *more]


def propose(by: Actor, path: Path, **given: Any) -> RosterImport:
    return actions.propose_import(by=by, area_code=TOWN, path=path, file_name=path.name, **given)


def told(roster: RosterImport) -> list[Fate]:
    return [(fate, said) for _line, fate, said in fates(roster)]


def test_a_township_that_is_not_the_villages_own_is_doubted(lead: Actor, tmp_path: Path) -> None:
    own, other = names([TOWN])[TOWN], names([OTHER_TOWN])[OTHER_TOWN]
    differs: Fate = ("doubtful", ["town.differs"])
    said: list[tuple[object, Fate]] = [
        (own, NEW), (own.removesuffix("街道"), NEW), ("北京市平谷区" + own, NEW), ("平谷区", NEW), ("北京市平谷区", NEW),
        (TOWN, NEW), (None, NEW), (other, differs), ("某某镇", differs), ("和平街道", differs), ("朝阳区", differs),
    ]  # fmt: skip
    rows = [[*line(at), town] for at, (town, _fate) in enumerate(said, 1)]
    life = live(lead, write(tmp_path / "r.xlsx", [[*HEAD, "乡镇"], *rows]))
    assert life.lines == [fate for _town, fate in said]


def test_words_that_say_there_is_no_number(lead: Actor, tmp_path: Path) -> None:
    words = [
        "无",
        "暂无",
        "未提供",
        "不详",
        "N/A",
        "n/a",
        "户口本",
        "同上",
        "/",
        "——",
        "０",
        "000000",
        "（无）",
        "办理中",
        "?",
        "未 办 理",
    ]
    rows = [[f"{SURNAMES[at]}小{SURNAMES[-at]}", word, village_name()] for at, word in enumerate(words, 1)]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    assert life.lines == [("doubtful", ["number.missing"])] * len(words)


def test_the_only_sound_number_of_a_cell_is_read(lead: Actor, tmp_path: Path) -> None:
    beside: Fate = ("new", ["number.beside"])
    said: list[tuple[Callable[[str], object], Fate]] = [
        (lambda n: f"{n}.", beside), (lambda n: f"身份证：{n}", beside), (lambda n: f"{n}（新）", beside),
        (lambda n: f"#{n}", beside), (lambda n: f"{n},", beside), (lambda n: f"【{n}】", beside),
        (lambda n: f"{n} 19900000001", beside),
        (lambda n: f"{n[:6]} {n[6:14]} {n[14:]}（二代）", beside),
        (lambda n: f"{n}.0", ("refused", ["id.float"])), (lambda n: f"{n} {number(90)}", ("refused", ["id.length"])),
        (lambda n: f"旧{n[:-2]}00新{n}", ("refused", ["id.characters"])), (lambda n: f"A{n}1", ("refused", ["id.characters"])),
        (lambda n: f"编号{n[:6]}{n[8:17]}", ("new", ["number.upgraded", "number.beside"])),
    ]  # fmt: skip
    rows = [
        [f"{SURNAMES[at]}某某", make(number(at)), village_name()] for at, (make, _fate) in enumerate(said, 1)
    ]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    assert life.lines == [fate for _make, fate in said]
    loaded = [row["document"] for row in life.kept if row["fate"] == "new"]
    assert loaded == [number(at) for at in (*range(1, 9), 13)]
    assert "1990000" not in str([row["said"] for row in life.kept])


def test_days_of_a_workbook_that_counts_from_1904(lead: Actor, tmp_path: Path) -> None:
    serial = (date(1950, 1, 1) - date(1904, 1, 1)).days

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEAD, "出生日期"])
        sheet.write_row(1, 0, [*line(1), serial])
        sheet.write_row(2, 0, [*line(2)])
        sheet.write_datetime(2, 3, datetime(1950, 1, 1))
        sheet.write_row(3, 0, ["王无", None, village_name(), serial])
        sheet.write_row(4, 0, [*line(4), "19500101"])

    file = book_of(tmp_path, fill, date_1904=True)
    life = live(lead, file)
    assert life.lines == [NEW, NEW, ("doubtful", ["number.missing"]), NEW]
    assert {row["birth_on"] for row in life.kept} == {date(1950, 1, 1)}
    again = propose(lead, file)
    actions.remap_import(by=lead, import_id=again.pk, mapping={"出生日期": "birth_on"})
    assert {row["birth_on"] for row in kept_lines(again)} == {date(1950, 1, 1)}


def test_a_list_without_headings(lead: Actor, tmp_path: Path) -> None:
    rows = [[n, f"{SURNAMES[n]}某", "女", number(n), village_name(), f"1990000{n:04d}"] for n in (2, 4, 6)]
    life = live(lead, write(tmp_path / "r.xlsx", rows))
    assert life.first.mapping["fields"] == ["", "name", "sex", "number", "village", "phone"]
    assert life.lines == [NEW] * 3


def test_villages_as_titles_between_their_people(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "某街道摸底表")
        sheet.write_row(1, 0, ["姓名", "身份证号", "电话"])
        sheet.merge_range("A3:C3", village_name())
        sheet.write_row(3, 0, [*line(1)[:2], "19900000001"])
        sheet.write_row(4, 0, line(2)[:2])
        sheet.merge_range("A6:B6", f"{village_name()}小计：")
        sheet.write(5, 2, "2人")
        sheet.merge_range("A7:C7", f"二、{village_name(OTHER)}（共2人）")
        sheet.write_row(7, 0, [*line(3)[:2], "19900000003", None, "远房"])
        sheet.write_row(8, 0, ["李四", "12345"])
        sheet.write_row(9, 0, ["某街道合计", None, 4])

    file = book_of(tmp_path, fill)
    life = live(lead, file)
    title = "place.from_title"
    assert life.lines == [
        ("new", [title]), ("new", [title]), ("new", [title]), ("refused", [title, "id.length"])
    ]  # fmt: skip
    assert life.first.counts["left_out"] == 4
    assert [row["area"] for row in life.kept][:3] == [VILLAGE, VILLAGE, OTHER]
    # The line goes back with the village that its title said, and is understood when it comes again.
    assert life.back == [("refused", ["id.length"])]
    seen = import_previews.look_at(lead, file, "r.xlsx", TOWN)
    assert [seen.lines[0].read["village"], seen.lines[2].read["village"]] == [
        f"{names([TOWN])[TOWN]} · {village_name()}", f"{names([TOWN])[TOWN]} · {village_name(OTHER)}",
    ]  # fmt: skip


def test_the_village_of_a_sheet_stands_in_its_title_or_its_name(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        for name, title, n in (
            (village_name(), "人员名单", 1),
            ("表2", f"{village_name(OTHER)}2021年摸底表", 3),
        ):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, title)
            sheet.write_row(1, 0, HEAD[:2])
            sheet.write_row(2, 0, line(n)[:2])
            sheet.write_row(3, 0, line(n + 1)[:2])

    roster = propose(lead, book_of(tmp_path, fill), sheet="*")
    assert told(roster) == [("new", ["place.from_title"])] * 4
    assert [row["area"] for row in kept_lines(roster)] == [VILLAGE, VILLAGE, OTHER, OTHER]


def test_sums_wherever_they_stand(lead: Actor, tmp_path: Path) -> None:
    rows = [
        [1, *line(1), 1], ["小计", None, None, None, 1], [None, f"{village_name()}合计", None, None, "1人"],
        [None, None, None, village_name(), "合计", 1], [2, *line(2), 1], [None, "共计", None, None, 2],
        [None, None, None, "总计2人"],
        [3, "王合计", number(3), village_name(), 1], [4, "陈小计", None, village_name(), 1],
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "r.xlsx", [["序号", *HEAD, "人数"], *rows]))
    assert life.lines == [NEW, NEW, NEW, ("doubtful", ["number.missing"])]
    assert life.first.counts["left_out"] == 5


def test_people_on_a_hidden_sheet_only(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("说明").write(0, 0, "请按要求填写")
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, line(1))
        sheet.hide()

    file = book_of(tmp_path, fill)
    before = dump()
    with pytest.raises(refusals.PeopleOnHiddenSheet) as caught:
        propose(lead, file)
    assert "名单" in str(caught.value)
    assert (dump(), RosterImport.objects.unscoped(EVERY).count()) == (before, 0)
    assert import_previews.look_at(lead, file, "r", TOWN).sheets == ("说明", "名单")
    assert told(propose(lead, file, sheet="名单")) == [NEW]


@pytest.mark.parametrize("rows", [[HEAD], [["某村名单"], HEAD, ["合计", 0]]])
def test_headings_without_lines(lead: Actor, tmp_path: Path, rows: list[list[object]]) -> None:
    with pytest.raises(refusals.FileUnreadable) as caught:
        propose(lead, write(tmp_path / "r.xlsx", rows))
    assert caught.value.facts["file_code"] == "file.no_rows"
    assert RosterImport.objects.unscoped(EVERY).count() == 0


def test_two_headings_swapped_are_one_message(lead: Actor, tmp_path: Path) -> None:
    rows = [["身份证号", "姓名", "村"], *(line(n) for n in range(1, 5))]
    file = write(tmp_path / "r.xlsx", rows)
    with pytest.raises(refusals.ColumnsSwapped) as caught:
        propose(lead, file)
    assert "“姓名”" in str(caught.value)
    assert "“身份证号”" in str(caught.value)
    assert RosterImport.objects.unscoped(EVERY).count() == 0
    assert import_previews.look_at(lead, file, "r", TOWN).swapped == ("姓名", "身份证号")
    said = propose(lead, file, mapping={"#1": "name", "#2": "number"})
    assert told(said) == [NEW] * 4


def test_words_behind_a_name(lead: Actor, tmp_path: Path) -> None:
    said: list[tuple[str, str, Fate]] = [
        ("王英 故", "王英", ("doubtful", ["name.marked"])), ("李红（已迁出）", "李红", ("doubtful", ["name.marked"])),
        ("司马 相如", "司马相如", ("new", ["name.joined"])), ("买买提 艾力", "买买提艾力", ("new", ["name.joined"])),
        ("王 小 故", "王小故", NEW), ("⽅⻩⾦", "方黄金", NEW), ("张 伟明", "张伟明", NEW), ("欧阳　锋", "欧阳锋", NEW),
    ]  # fmt: skip
    rows = [[written, number(at), village_name()] for at, (written, _name, _fate) in enumerate(said, 1)]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    assert life.lines == [fate for *_said, fate in said]
    assert [row["name"] for row in life.kept] == [name for _written, name, _fate in said]


def test_lines_that_contradict_the_first_stay_out_until_they_are_corrected(
    lead: Actor, tmp_path: Path
) -> None:
    rows = [
        [*line(1), "1号"],
        ["王弘", number(1), village_name(), "2号"],
        [*line(1), "1号"],
        [*line(3), "3号"],
    ]
    file = write(tmp_path / "r.xlsx", [[*HEAD, "住址"], *rows])
    roster = propose(lead, file)
    actions.commit_import(by=lead, import_id=roster.pk)
    before = dump()
    back = tmp_path / "back.xlsx"
    back.write_bytes(actions.bad_rows_file(lead, roster.pk))
    again = propose(lead, back)
    assert told(again) == [("refused", ["number.twice_before"]), ("refused", ["number.twice"])]
    assert actions.commit_import(by=lead, import_id=again.pk)["changed"] == 0
    now = dump()
    assert {name for name in now if now[name] != before[name]} <= {"people_ledgersource"}
    corrected = write(
        tmp_path / "c.xlsx",
        [["行号", *HEAD, "住址", "原因"], [3, line(1)[0], number(1), village_name(), "5号", "矛盾"]],
    )
    assert told(propose(lead, corrected)) == [("changed", ["changed.address"])]


def test_cells_beyond_the_headings_come_back(lead: Actor, tmp_path: Path) -> None:
    rows = [line(n) for n in range(1, 80)]
    rows[70] = ["王七", "12345", village_name(), None, "门口有狗", None, 19900000001]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    assert life.lines.count(NEW) == 78
    content = actions.bad_rows_file(lead, life.first.pk)
    back = tmp_path / "wide.xlsx"
    back.write_bytes(content)
    from python_calamine import load_workbook

    last = load_workbook(str(back)).get_sheet_by_index(0).to_python()[1]
    assert (
        last[1:8] == ["王七", "12345", village_name(), "", "门口有狗", "", "19900000001"]
        or last[5] == "门口有狗"
    )
    assert roster_queries.lines(lead, life.first.pk, fate="refused")[0].number == 72


def test_a_beginning_of_several_names_says_which(lead: Actor, tmp_path: Path) -> None:
    place = village_name()
    roster = propose(lead, write(tmp_path / "r.xlsx", [HEAD, line(1, village=place[:2])]))
    ((fate, said),) = told(roster)
    assert (fate, said[0]) in {("refused", "village.likely"), ("new", "")}
