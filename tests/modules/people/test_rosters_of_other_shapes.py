"""Lists in shapes of their own: tables of web pages, numbers and births spread over columns, headings of other keyboards, columns
that say who is gone, a second list far down the page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.modules.people.conftest import EVERY, OTHER, TOWN, VILLAGE, number, village_name, write
from tests.modules.people.test_hostile_rosters import HEAD, SURNAMES, line, propose, told
from tests.modules.people.test_imports import kept_lines
from tests.modules.people.test_rosters_built_to_hurt import NEW, book_of, live
from tests.modules.people.test_unseen_rosters import refusal
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, bulk_loading, refusals, roster_batches, roster_reading
from yingjie.people.models import Person

OPEN = ("doubtful", ["number.missing"])


def test_a_table_of_a_web_page(lead: Actor, tmp_path: Path) -> None:
    """As web sites hand it out for a spreadsheet: tables in tables, cells over several lines, tags left open."""
    rows = "<tr><td colspan=4>某街道花名册</td></tr><tr><th>村<th>姓&nbsp;名<th>身份证<br>号码<th>电话</tr>"
    for n in range(1, 4):
        place = f"<td rowspan=3>{village_name()}" if n == 1 else ""
        rows += f"<tr>{place}<td>&nbsp;{line(n)[0]}<td>{number(n)}<td>19900000001<br>1990000000{n + 1}"
    page = f'<html><head><meta charset="gbk"><style>td{{}}</style></head><table><tr><td><table>{rows}</table></table>'
    file = tmp_path / "导出.xls"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        file.write_bytes(page.encode(encoding))
        roster = propose(lead, file)
        assert told(roster) == [NEW] * 3
        assert [(row["area"], len(row["phones"])) for row in kept_lines(roster)] == [(VILLAGE, 2)] * 3
    assert live(lead, file).lines == [NEW] * 3
    file.write_text("<table><tr><td>姓名<td>身份证号<tr><td>王英<td>1.10117E+17</table>", encoding="utf-8")
    assert told(propose(lead, file)) == [("refused", ["id.float", "village.missing"])]


def test_an_xml_workbook_of_excel_2003(lead: Actor, tmp_path: Path) -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"

    def cell(text: object, kind: str = "String", **more: object) -> str:
        said = "".join(f' ss:{name}="{value}"' for name, value in more.items())
        return (
            f'<Cell{said}><Data ss:Type="{kind}">{text}</Data><Comment><ss:Data>注</ss:Data></Comment></Cell>'
        )

    rows = "<Row>" + cell("花名册", MergeAcross=3) + '</Row><Row ss:Index="3">'
    rows += "".join(map(cell, ("村", "姓名", "身份证号", "出生日期"))) + "</Row>"
    for n in range(1, 4):
        place = cell(village_name(), MergeDown=2) if n == 1 else ""
        name = cell(line(n)[0]) if n == 1 else cell(line(n)[0], Index=2)
        kind = "Number" if n == 3 else "String"
        born = cell("1950-01-01T00:00:00.000", "DateTime")
        rows += f"<Row>{place}{name}{cell(number(n), kind)}{born}</Row>"
    hidden = '<Worksheet ss:Name="旧"><Table><Row><Cell/></Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible>'
    book = (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}" xmlns:x="urn:x">{hidden}'
        f'</x:WorksheetOptions></Worksheet><Worksheet ss:Name="名单"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    file = tmp_path / "old.xls"
    file.write_text(book, encoding="utf-8")
    life = live(lead, file)
    assert life.lines == [NEW, NEW, ("refused", ["id.float"])]
    assert [row["birth_on"] for row in life.kept[:2]] == [date(1950, 1, 1)] * 2
    entity = '<!DOCTYPE a [<!ENTITY a "aaaa">]>'
    file.write_text(book.replace("<Workbook", f"{entity}<Workbook"), encoding="utf-8")
    with pytest.raises(refusals.FileUnreadable) as caught:
        propose(lead, file)
    assert caught.value.facts["file_code"] == "file.broken"


def test_values_spread_over_columns(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 1, 0, 18, "身份证号码")
        sheet.merge_range(0, 19, 0, 21, "出生日期")
        sheet.write(0, 0, "姓名")
        sheet.write(0, 22, "村")
        sheet.write_row(1, 19, ["年", "月", "日"])
        for n in range(1, 5):
            digits = [int(sign) if sign.isdigit() else sign for sign in number(n)] if n < 4 else [None] * 18
            sheet.write_row(n + 1, 0, [f"{SURNAMES[n]}某", *digits, 1950, 1, 1, village_name()])

    life = live(lead, book_of(tmp_path, fill))
    assert life.lines == [NEW, NEW, NEW, OPEN]
    assert [row["document"] for row in life.kept] == [*map(number, (1, 2, 3)), None]
    assert life.kept[3]["birth_on"] == date(1950, 1, 1)
    head = ["姓名", "出生年", "出生月", "出生日", "证件号", None, "村"]
    rows = [[f"{SURNAMES[n]}某", 1950, n, 1, number(n)[:6], number(n)[6:], village_name()] for n in (1, 2)]
    # A digit that a cell has lost is not put back: the rest of this number began with a nought once.
    rows.append([f"{SURNAMES[3]}某", 1950, 3, None, number(3)[:14], int(number(3)[14:]), village_name()])
    life = live(lead, write(tmp_path / "b.xlsx", [head, *rows]))
    assert [row["document"] for row in life.kept] == [number(1), number(2), None]
    assert life.lines == [
        NEW, ("doubtful", ["birth.differs"]), ("refused", ["birth.unreadable", "id.length"]),
    ]  # fmt: skip


def test_a_whole_number_is_not_joined_with_what_stands_beside(lead: Actor, tmp_path: Path) -> None:
    head = ["姓名", "身份证号", None, "出生日期", None, None, "村"]
    rows = [
        [*line(n)[:2], None if n < 3 else 7, date(1950, 1, 1), None, n, village_name()] for n in (1, 2, 3)
    ]
    life = live(lead, write(tmp_path / "a.xlsx", [head, *rows]))
    assert life.lines == [NEW] * 3
    assert life.first.mapping["fields"] == ["name", "number", "", "birth_on", "", "", "village"]


def test_headings_of_other_keyboards_and_of_computers(lead: Actor, tmp_path: Path) -> None:
    place = village_name()
    for at, (head, rest) in enumerate({
        ("id", "name", "id_number", "village_name", "gender", "phone_number"): ["女", "19900000001"],
        ("XH", "xingming", "SFZH", "cun", "XB", "lxdh"): ["女", "19900000001"],
        ("No.", "Full Name", "ID Card Number", "Village/Community", "Gender (M/F)", "Mobile Phone No."): ["F", "19900000001"],
        ("身份证地址", "姓名\n（与证件一致）", "公民身份号码\n18位", "所在村（社区）\n下拉选择", "性别\n1男2女", "电话\n手机"): [
            2, "19900000001",
        ],
    }.items()):  # fmt: skip
        rows = [[7, line(2)[0], number(2), place, *rest]]
        roster = propose(lead, write(tmp_path / f"{at}.xlsx", [list(head), *rows]))
        assert roster.mapping["fields"] == ["", "name", "number", "village", "sex", "phone"], head
        assert told(roster) == [NEW]


def test_where_somebody_lives_is_not_where_they_are_registered(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        for column, heading in enumerate(("姓名", "身份证号")):
            sheet.merge_range(0, column, 1, column, heading)
        sheet.merge_range(0, 2, 0, 3, "户籍地")
        sheet.merge_range(0, 4, 0, 5, "现住地")
        sheet.write_row(1, 2, ["村", "地址"] * 2)
        for n in (1, 2):
            sheet.write_row(
                n + 1, 0, [*line(n)[:2], village_name(OTHER), "老家1号", village_name(), "现住2号"]
            )

    life = live(lead, book_of(tmp_path, fill))
    assert [(row["area"], row["address"]) for row in life.kept] == [(VILLAGE, "现住2号")] * 2


def test_columns_that_say_who_is_gone(lead: Actor, tmp_path: Path) -> None:
    head = [*HEAD, "是否死亡", "死亡日期", "人员类别", "出生日期（农历）"]
    rows = [
        line(1, "否", None, "常住"), line(2, "是", None, "常住"), line(3, None, "2020-01-01", None), line(4, "否", None, "已迁出"),
        line(5, None, None, None, "1949-11-13"),
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "a.xlsx", [head, *rows]))
    gone = ("doubtful", ["remark.marked"])
    assert life.lines == [NEW, gone, gone, gone, NEW]
    assert [row["phones"] or [] for row in life.kept] == [[]] * 5


def test_same_as_above_is_no_address_and_no_name(lead: Actor, tmp_path: Path) -> None:
    head = [*HEAD, "住址", "户号", "与户主关系"]
    rows = [
        line(1, "1号院", "H1", "户主"), line(2, "同上", "〃", "户主之妻"), line(3, '"', "同上", "之子"),
        ["同上", *line(4)[1:], "2号", "H2", "户主"], line(5, None, "H3", "户主"), line(6, "同上", "H4", "户主"),
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "a.xlsx", [head, *rows]))
    assert life.lines == [NEW] * 3 + [("doubtful", ["name.odd"])] + [NEW] * 2
    assert [row["address"] or "" for row in life.kept] == ["1号院"] * 3 + ["2号", "", ""]
    assert [row["label"] for row in life.kept[:3]] == ["H1"] * 3
    assert [row["role"] for row in life.kept[:3]] == ["head", "spouse", "child"]


def test_a_second_list_that_begins_far_down(lead: Actor, tmp_path: Path) -> None:
    rows = [line(n) for n in range(1, 8)]
    rows[5] += [None, *HEAD]
    rows[6] += [None, *line(20)]
    said = refusal(refusals.PeopleSideBySide, lead, write(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert "#2 身份证号" in said and "#6" in said
    rows[6] = [None, None, None, None, *line(20)]
    refusal(refusals.PeopleSideBySide, lead, write(tmp_path / "b.xlsx", [HEAD, *rows]))
    bare = [[*line(n), *line(n + 20)] for n in range(1, 4)]
    refusal(refusals.PeopleSideBySide, lead, write(tmp_path / "bare.xlsx", bare))
    # One line whose cells slipped to the right is a line to be looked at, not another list.
    rows = [line(1), line(2), [*line(3)[:1], "3号楼", "2单元", number(3)]]
    assert told(propose(lead, write(tmp_path / "c.xlsx", [HEAD, *rows])))[:2] == [NEW, NEW]


def test_forms_summaries_and_the_name_of_the_file(lead: Actor, tmp_path: Path) -> None:
    form = [
        ["居民信息登记表"], ["姓名", "王英", "性别", "女"], ["身份证号", number(2), "联系电话", "19900000001"],
        ["村", village_name(), "住址", "1号"],
    ]  # fmt: skip
    refusal(refusals.FormOfOne, lead, write(tmp_path / "form.xlsx", form))

    def fill(book: Any) -> None:
        book.add_worksheet("汇总").write_row(0, 0, ["序号", "村", "姓名", "应种数", "电话", "备注"])
        book.worksheets()[0].write_row(1, 0, [1, village_name(), "负责人", 9, "19900000001"])
        sheet = book.add_worksheet("明细")
        sheet.write_row(0, 0, HEAD)
        for at, row in enumerate([line(1), ["户数：1户  人数：1人"], ["村委会（章）", "经办人："]], 1):
            sheet.write_row(at, 0, row)

    roster = propose(lead, book_of(tmp_path, fill))
    assert (roster.mapping["sheet"], told(roster), roster.counts["left_out"]) == ("明细", [NEW], 2)
    named = write(tmp_path / f"{village_name(OTHER)}人员名单.xlsx", [HEAD[:2], line(1)[:2]])
    roster = propose(lead, named)
    assert told(roster) == [("new", ["place.from_title"])]
    assert kept_lines(roster)[0]["area"] == OTHER


def test_a_birth_reckoned_by_a_formula_stands_in_the_number(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEAD, "出生日期"])
        for n, row in enumerate((line(1), ["王无", None, village_name()]), 1):
            sheet.write_row(n, 0, row)
            sheet.write_formula(n, 3, "=MID(B2,7,8)", None, "#VALUE!")

    life = live(lead, book_of(tmp_path, fill))
    assert life.lines == [
        ("new", ["cell.formula_left_out"]), ("refused", ["cell.formula", "number.missing"]),
    ]  # fmt: skip
    assert TOWN in VILLAGE


def test_a_roster_of_many_pages_enters_in_several_batches(
    lead: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_reading, "LINES", 2)
    monkeypatch.setattr(roster_batches, "BATCH", 3)
    entered: list[int] = []
    copy = bulk_loading.enter_rows
    monkeypatch.setattr(
        bulk_loading,
        "enter_rows",
        lambda rows, **given: (entered.append(rows.people.height), copy(rows, **given)),
    )
    told_of: list[int] = []
    rows = [*(line(n) for n in range(1, 8)), ["王无", None, village_name()]]
    roster = propose(lead, write(tmp_path / "a.xlsx", [HEAD, *rows]))
    actions.commit_import(by=lead, import_id=roster.pk, progress=lambda done, total: told_of.append(done))
    assert (entered, told_of) == ([3, 4], [3, 7, 7])
    people = Person.objects.unscoped(EVERY).filter(source__startswith="import")
    assert {person.name for person in people} == {row[0] for row in rows[:7]}
