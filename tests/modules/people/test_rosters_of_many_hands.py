"""Lists as other people lay them out: headings far down, cells merged over two people, couples in a line, two facts in a cell."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.modules.people.conftest import TOWN, number, village_name, write
from tests.modules.people.test_hostile_rosters import HEAD, line
from tests.modules.people.test_imports import kept_lines
from tests.modules.people.test_rosters_built_to_hurt import NEW, live
from tests.modules.people.test_unseen_rosters import refusal
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, refusals


def test_headings_below_a_long_instruction(lead: Actor, tmp_path: Path) -> None:
    told = [[f"说明 {at}：请各村认真填写，不得漏报"] for at in range(75)]
    assert live(lead, write(tmp_path / "a.xlsx", [*told, HEAD, line(1), line(2)])).lines == [NEW] * 2


def test_a_name_merged_over_two_people_is_the_first_one_s(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "m.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, [*HEAD, "住址"])
    sheet.merge_range(1, 0, 2, 0, "王英")
    sheet.merge_range(1, 3, 3, 3, "东街1号")
    for row in (1, 2, 3):
        sheet.write_row(row, 1, [number(row), village_name()])
    sheet.write(3, 0, "李红")
    # Somebody over two lines, number and all, is one person.
    sheet.merge_range(4, 0, 5, 0, "赵云")
    sheet.merge_range(4, 1, 5, 1, number(4))
    sheet.merge_range(4, 2, 5, 2, village_name())
    sheet.write_column(4, 4, ["一", "二"])
    book.close()
    life = live(lead, file)
    assert life.lines == [
        NEW, ("refused", ["name.missing", "name.merged"]), NEW, NEW, ("refused", ["number.twice"]),
    ]  # fmt: skip
    assert [row["address"] for row in life.kept][::2][:2] == ["东街1号"] * 2
    assert life.back[0] == ("refused", ["name.missing"])


def test_husband_and_wife_in_a_line(lead: Actor, tmp_path: Path) -> None:
    """Nobody is left out without a word: a wife who has no line of her own stops the file, one who has does not."""
    head = ["村", "姓名", "身份证号", "配偶姓名", "配偶身份证号"]
    alone = [[village_name(), line(n)[0], number(n), None, None] for n in range(3, 9)]
    once = [village_name(), "钱某某", number(1), "孙某某", number(2)]
    said = refusal(refusals.PeopleSideBySide, lead, write(tmp_path / "a.xlsx", [head, once, *alone]))
    assert said == "一行里写了不止一个人：#3 身份证号、#5 配偶身份证号。"
    both = [once, [village_name(), "孙某某", number(2), "钱某某", number(1)]]
    assert live(lead, write(tmp_path / "b.xlsx", [head, *both])).lines == [NEW] * 2
    under_two = [["村", "丈夫", None, "妻子", None], [None, *["姓名", "身份证号"] * 2]]
    file = write(tmp_path / "c.xlsx", [*under_two, once])
    assert "#3 丈夫 / 身份证号、#5 妻子 / 身份证号" in refusal(refusals.PeopleSideBySide, lead, file)
    halves = [
        ["姓名", "出生日期", "村"] * 2,
        *([line(n)[0], "1950-01-01", village_name()] * 2 for n in (1, 2)),
    ]
    halves[1][3] = "周某某"
    said = refusal(refusals.PeopleSideBySide, lead, write(tmp_path / "d.xlsx", halves))
    assert said == "一行里写了不止一个人：#1 姓名、#4 姓名。"


@pytest.mark.parametrize(
    ("heading", "cell", "fate"),
    [
        ("姓名及身份证号", "{name}{number}", NEW),
        ("姓名 身份证号码", "{name} {number}", NEW),
        ("姓名", "{name}（{number}）", NEW),
        ("姓名", "{name}13900001234", ("refused", ["name.characters", "number.missing"])),
    ],
)
def test_name_and_number_in_one_cell(
    lead: Actor, tmp_path: Path, heading: str, cell: str, fate: tuple[str, list[str]]
) -> None:
    cells = [cell.format(name=line(n)[0], number=number(n)) for n in (1, 2, 3)]
    file = write(tmp_path / "a.xlsx", [[heading, "村"], *([each, village_name()] for each in cells)])
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="a.xlsx")
    kept = kept_lines(roster)
    assert [(row["name"], row["document"]) for row in kept if fate[0] == "new"] == [
        (line(n)[0], number(n)) for n in (1, 2, 3) if fate[0] == "new"
    ]
    assert live(lead, file).lines == [fate] * 3


def test_traditional_signs_in_headings_and_places(lead: Actor, tmp_path: Path) -> None:
    place = village_name().translate(str.maketrans("东园会区", "東園會區"))
    head = ["姓名", "身份證號碼", "村（社區）", "聯繫電話", "性別", "與戶主關係"]
    file = write(tmp_path / "a.xlsx", [head, ["趙麗華", number(2), place, "19900000001", "女", "戶主"]])
    life = live(lead, file)
    assert life.lines == [NEW]
    (row,) = life.kept
    assert (row["name"], row["phones"], row["sex"], row["role"]) == (
        "趙麗華",
        ["19900000001"],
        "female",
        "head",
    )


def test_what_stands_beside_a_name_or_for_one(lead: Actor, tmp_path: Path) -> None:
    aside, odd = ("new", ["name.aside"]), ("doubtful", ["name.odd"])
    written = {
        "王英（低保）": aside, "王梅 户主": aside, "王竹(女)": aside, "户主王菊": odd, "王松之妻": odd, "王柏家属": odd,
        "婴儿": odd, "测试": odd, "王先生": odd, "先小姐": odd, "王**": ("refused", ["name.characters"]), "同志杰": NEW,
    }  # fmt: skip
    rows = [[name, number(at), village_name()] for at, name in enumerate(written, 1)]
    life = live(lead, write(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert life.lines == list(written.values())
    assert [row["name"] for row in life.kept][:3] == ["王英", "王梅", "王竹"]


def test_family_name_and_given_name_in_columns_of_their_own(lead: Actor, tmp_path: Path) -> None:
    rows = [
        ["姓", "名", "身份证号", "村"],
        ["欧阳", "娜", number(2), village_name()],
        ["钱", None, number(3), village_name()],
    ]
    life = live(lead, write(tmp_path / "a.xlsx", rows))
    assert (life.lines, life.kept[0]["name"]) == ([NEW, ("refused", ["name.missing"])], "欧阳娜")
    foreign = [
        ["Last name", "First name", "ID number", "Village"],
        ["SMITH", "JOHN", number(5), village_name()],
    ]
    file = write(tmp_path / "b.xlsx", foreign)
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="b.xlsx")
    assert [row["name"] for row in kept_lines(roster)] == ["JOHN SMITH"]


def test_a_village_with_its_group_and_a_remark_that_somebody_is_gone(lead: Actor, tmp_path: Path) -> None:
    group, gone = ("new", ["group.unread"]), ("doubtful", ["remark.marked"])
    rows = [
        ("3组", None, group), (" 第三村民小组", "独居老人", group), ("-二社", None, group), ("", "已死亡（2020年）", gone),
        ("", "2021年迁出", gone), ("", "未迁出", NEW), ("", "本人说没有去世", gone), ("", "外出务工", NEW),
    ]  # fmt: skip
    table = [[*line(at)[:2], village_name() + place, said] for at, (place, said, _fate) in enumerate(rows, 1)]
    life = live(lead, write(tmp_path / "a.xlsx", [["姓名", "身份证号", "村组", "备注"], *table]))
    assert life.lines == [fate for _place, _said, fate in rows]


def test_a_text_file_in_big5_is_no_rubbish(lead: Actor, tmp_path: Path) -> None:
    rows = [["姓名", "身份證號碼", "村", "電話"], ["趙麗華", number(2), village_name()[:2], "19900000001"]]
    file = tmp_path / "a.csv"
    file.write_bytes("\r\n".join(",".join(row) for row in rows).encode("big5hkscs", "replace"))
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="a.csv")
    assert list(roster.mapping["labels"]) == rows[0]
    assert kept_lines(roster)[0]["name"] == "趙麗華"
