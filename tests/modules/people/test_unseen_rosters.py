"""Files of which nobody thought at first: two tables on a sheet, couples, heads alone, documents that do not say a birthday."""

from __future__ import annotations

from pathlib import Path

from tests.modules.people.conftest import TOWN, number, village_name, write
from tests.modules.people.test_hostile_rosters import HEAD, line
from tests.modules.people.test_imports import refused
from tests.modules.people.test_rosters_built_to_hurt import NEW, live
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, refusals


def refusal(error: type, by: Actor, path: Path) -> str:
    found = refused(error, actions.propose_import, by=by, area_code=TOWN, path=path, file_name=path.name)
    return str(found.say_reason())


def test_two_tables_one_below_the_other_are_not_read_by_half(lead: Actor, tmp_path: Path) -> None:
    first = [HEAD, *(line(n) for n in range(1, 4))]
    second = [
        ["村", "姓名", "电话", "身份证号"],
        *([village_name(), "乙某某", None, number(n)] for n in (11, 12)),
    ]
    said = refusal(refusals.TwoTables, lead, write(tmp_path / "a.xlsx", [*first, [], ["外来人员"], *second]))
    assert "第 7 行" in said and "名单" in said
    said = refusal(refusals.TwoTables, lead, write(tmp_path / "b.xlsx", [*second, [], *first]))
    assert "第 5 行" in said
    # The same columns under another spelling are the headings again, as a printed list has them on every page.
    again = [*first, ["姓  名", "公民身份号码", "村(社区)"], line(4)]
    assert live(lead, write(tmp_path / "c.xlsx", again)).lines == [NEW] * 4


def test_a_line_for_a_couple_and_a_list_of_heads(lead: Actor, tmp_path: Path) -> None:
    couple = ["村", "户主姓名", "户主身份证号", "配偶姓名", "配偶身份证号"]
    rows = [[village_name(), "钱某某", number(n), "孙某某", number(n + 1)] for n in (1, 3)]
    said = refusal(refusals.PeopleSideBySide, lead, write(tmp_path / "a.xlsx", [couple, *rows]))
    assert "#3 户主身份证号" in said and "#5 配偶身份证号" in said
    heads = [["户主姓名", "户主身份证号", "村", "户主电话"], *([*line(n), f"1990000000{n}"] for n in (1, 2))]
    assert live(lead, write(tmp_path / "b.xlsx", heads)).lines == [NEW] * 2


def test_a_document_that_says_no_birthday_and_ages_in_words(lead: Actor, tmp_path: Path) -> None:
    head = ["姓名", "证件类型", "证件号码", "村", "年龄"]
    rows = [
        ["钱某某", "护照", "E12345678", village_name(), None], ["孙某某", "台胞证", "12345678", village_name(), "七十一岁"],
        ["李某某", None, None, village_name(), "六十"], ["周某某", None, None, village_name(), "60+"],
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "a.xlsx", [head, *rows]))
    assert life.lines == [
        ("doubtful", ["birth.missing"]), ("doubtful", ["birth.missing"]),
        ("doubtful", ["birth.approximate", "number.missing"]), ("doubtful", ["age.unread", "number.missing"]),
    ]  # fmt: skip
