"""Spreadsheets as they really come: each ugliness by itself, and all of them together."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import connection

from tests.modules.people.conftest import (
    EVERY,
    OTHER,
    TOWN,
    VILLAGE,
    Register,
    number,
    village_name,
    write,
)
from tests.modules.people.test_imports import counts, fates, kept_lines, reasons_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, queries, roster_queries
from yingjie.people.models import Person, Phone, RosterImport

HEAD = ["姓名", "身份证号", "村"]


def good(sequence: int, **given: object) -> list[object]:
    return list(
        (
            {"姓名": f"王{'秀英红梅兰'[sequence % 5]}", "身份证号": number(sequence), "村": village_name()}
            | given
        ).values()
    )


def propose(by: Actor, path: Path, **given: Any) -> RosterImport:
    return actions.propose_import(by=by, area_code=TOWN, path=path, file_name=path.name, **given)


def of_rows(by: Actor, folder: Path, rows: Sequence[Sequence[object]], **given: Any) -> RosterImport:
    return propose(by, write(folder / "r.xlsx", rows), **given)


def codes(roster: RosterImport) -> list[tuple[str, list[str]]]:
    return [(fate, said) for _line, fate, said in fates(roster)]


# --- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_any_encoding_and_delimiter(
    lead: Actor, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    name = "王𠅤" if encoding != "gbk" else "王英"
    rows = [["某镇摸底名单"], HEAD, good(1, 姓名=name), good(2)]
    file = tmp_path / "r.csv"
    file.write_text("\r\n".join(delimiter.join(map(str, row)) for row in rows), encoding=encoding)
    roster = propose(lead, file)
    assert roster.counts == counts(new=2)
    assert kept_lines(roster)[0]["name"] == name


def test_one_sheet_is_chosen_or_all_are_read(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(str(file))
    for name, rows in (
        ("说明", [["填表说明"], ["一、按户填写"]]),
        ("一组", [HEAD, good(1), good(2)]),
        ("二组", [["村", "公民身份号码", "人员姓名"], good(3)[::-1], good(1)[::-1], [None, "12345", "王英"]]),
    ):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    hidden = book.add_worksheet("旧")
    hidden.write_row(0, 0, HEAD)
    hidden.write_row(1, 0, good(9))
    hidden.hide()
    book.close()
    first = propose(lead, file)
    assert (first.mapping["sheet"], first.counts["new"], first.mapping["other_sheets"]) == (
        "一组",
        2,
        ["说明", "二组"],
    )
    second = propose(lead, file, sheet="二组")
    assert (second.counts["new"], second.counts["refused"]) == (2, 1)
    every = propose(lead, file, sheet="*")
    assert [part["sheet"] for part in every.mapping["parts"]] == ["一组", "二组"]
    assert every.counts == counts(new=3, refused=2)
    shown = roster_queries.lines(lead, every.pk, fate="refused")
    assert [(row.sheet, row.number) for row in shown] == [("二组", 3), ("二组", 4)]
    actions.commit_import(by=lead, import_id=every.pk)
    assert Person.objects.unscoped(EVERY).count() == 3
    back = tmp_path / "back.xlsx"
    back.write_bytes(actions.bad_rows_file(lead, every.pk))
    again = propose(lead, back, sheet="二组")
    assert again.counts["refused"] + again.counts["same"] == 2


def test_header_of_two_merged_rows_under_titles(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("名单")
    sheet.merge_range("A1:F1", "某镇2021年60岁以上人员摸底表")
    sheet.write("A2", "填报单位：某村")
    sheet.merge_range("A3:A4", "序号")
    sheet.merge_range("B3:C3", "基本信息")
    sheet.write("B4", "姓名")
    sheet.write("C4", "身份证号")
    sheet.merge_range("D3:E3", "居住情况")
    sheet.write("D4", "村")
    sheet.write("E4", "住址")
    sheet.merge_range("F3:F4", "联系电话")
    for at in range(1, 4):
        sheet.write_row(3 + at, 0, [at, *good(at), f"{at}号", f"1990000000{at}"])
    sheet.write_row(7, 0, [4])
    sheet.write_row(8, 0, ["合计", "3人"])
    sheet.write_row(9, 0, ["填表人：李四  联系电话：19900000009"])
    book.close()
    roster = propose(lead, file)
    assert roster.mapping["fields"] == ["", "name", "number", "village", "address", "phone"]
    assert roster.counts == counts(new=3, left_out=3)


def test_merged_villages_are_filled_down(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, ["村", "姓名", "身份证号"])
    sheet.merge_range(1, 0, 3, 0, village_name())
    sheet.merge_range(4, 0, 5, 0, village_name(OTHER))
    for at in range(1, 6):
        sheet.write_row(at, 1, good(at)[:2])
    book.close()
    roster = propose(lead, file)
    assert [row["area"] for row in kept_lines(roster)] == [VILLAGE] * 3 + [OTHER] * 2
    lost = [["村", "姓名", "身份证号"]] + [
        [village_name() if at == 1 else village_name(OTHER) if at == 4 else None, *good(at)[:2]]
        for at in range(1, 6)
    ]
    roster = of_rows(lead, tmp_path, lost)
    assert [row["area"] for row in kept_lines(roster)] == [VILLAGE] * 3 + [OTHER] * 2
    assert codes(roster)[1] == ("new", ["place.filled_down"])
    # One line without a village among many that have one is no merged cell.
    rows = [HEAD, *(good(at) for at in range(1, 6)), good(6, 村=None)]
    assert of_rows(lead, tmp_path, rows).counts == counts(new=5, refused=1)


def test_hidden_rows_are_read_and_told(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("名单 & 表")
    for at, row in enumerate([HEAD, good(1), good(2), good(3)]):
        sheet.write_row(at, 0, row)
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    roster = propose(lead, file)
    assert (roster.counts["new"], roster.mapping["hidden"]) == (3, 1)
    assert roster_queries.roster_import(lead, roster.pk).hidden == 1


def test_formulas_give_their_value_or_go_back(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, [*HEAD, "住址"])
    for at in range(1, 6):
        sheet.write_row(at, 0, [*good(at), f"{at}号"])
    sheet.write_formula(1, 1, '="" & A9', None, number(1))
    sheet.write_formula(2, 1, "=A9&B9", None, "EMPTY")
    sheet.write_formula(3, 1, "=VLOOKUP(A1,B:B,2)", None, "#N/A")
    sheet.write_formula(4, 3, "=A9", None, "EMPTY")
    sheet.write_formula(5, 2, "=A9", None, "EMPTY")
    book.close()
    without = tmp_path / "w.xlsx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(without, "w") as target:
        for item in source.infolist():
            content = source.read(item.filename)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(b"<v>EMPTY</v>", b"").replace(b' t="str"', b"", 0)
            target.writestr(item, content)
    roster = propose(lead, without)
    assert codes(roster) == [
        ("new", []),
        ("refused", ["cell.formula", "number.missing"]),
        ("refused", ["cell.formula", "number.missing"]),
        ("new", ["cell.formula_left_out"]),
        ("refused", ["cell.formula", "village.missing"]),
    ]
    assert "身份证号" in reasons_of(kept_lines(roster)[1])[0]["zh"]


# --- the cells -------------------------------------------------------------------------------------


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in text)


def test_numbers_as_they_are_typed(lead: Actor, tmp_path: Path) -> None:
    x_number = next(number(n) for n in range(1, 99) if number(n).endswith("X"))
    rows = [
        HEAD,
        good(1, 身份证号=wide(number(1))),
        good(2, 身份证号=x_number.lower()),
        good(3, 身份证号=f" {number(3)[:6]} {number(3)[6:14]} {number(3)[14:]} "),
        good(4, 身份证号=f"'{number(4)}"),
        good(6, 身份证号=number(6)[:6] + number(6)[8:17]),
        good(7, 身份证号=wide(x_number)),
        good(8, 身份证号=1.1010119500101e17),
        good(9, 身份证号="1.10101E+17"),
        good(11, 身份证号=number(11)[:-1] + ("1" if number(11)[-1] != "1" else "2")),
        good(12, 身份证号="暂无"),
        good(13, 身份证号=int(number(13)[:6] + number(13)[8:17])),
        good(14, 姓名=" 王 小 英 "),
        good(16, 姓名="买买提·艾力"),
        good(17, 姓名="买买提．艾力"),
    ]
    roster = of_rows(lead, tmp_path, rows)
    assert codes(roster) == [
        ("new", []), ("new", []), ("new", []), ("new", []), ("new", ["number.upgraded"]),
        ("refused", ["number.twice"]), ("refused", ["id.float"]), ("refused", ["id.float"]), ("refused", ["id.check_digit"]),
        ("doubtful", ["number.missing"]), ("new", ["number.upgraded"]), ("new", []), ("new", []), ("new", []),
    ]  # fmt: skip
    found = {row["line"]: row["name"] for row in kept_lines(roster)}
    assert (found[13], found[14], found[15]) == ("王小英", "买买提·艾力", "买买提·艾力")


@pytest.mark.parametrize(
    "birth",
    [
        18329,
        "18329",
        "1950.3.7",
        "1950年3月7日",
        "19500307",
        19500307,
        "1950/3/7",
        "1950-03-07 00:00",
        date(1950, 3, 7),
        "１９５０．３．７",
        71,
        "71岁",
        "71周岁",
    ],
)
def test_birth_dates_as_they_are_typed(lead: Actor, tmp_path: Path, birth: object) -> None:
    rows = [
        [*HEAD, "出生年月日"],
        [*good(1, 身份证号=number(1, "19500307")), birth],
        [*good(2), date(1950, 1, 1)],
    ]
    assert codes(of_rows(lead, tmp_path, rows))[0] == ("new", [])


def test_an_age_is_no_birth_date(lead: Actor, tmp_path: Path) -> None:
    year = clock.today().year - 71
    rows = [[*HEAD, "年龄"], [*good(1), 71], [*good(2, 身份证号=None), 71], [*good(3, 身份证号=None), "七十"]]
    roster = of_rows(lead, tmp_path, rows)
    assert codes(roster) == [
        ("new", []), *[("doubtful", ["birth.approximate", "number.missing"])] * 2,
    ]  # fmt: skip
    first, second, _third = kept_lines(roster)
    assert (first["birth_on"], second["birth_on"], second["birth_year"]) == (date(1950, 1, 1), None, year)
    in_birth = of_rows(
        lead, tmp_path, [[*HEAD, "出生日期"], [*good(1, 身份证号=None), 71], [*good(2), "1950-01-01"]]
    )
    assert codes(in_birth)[0] == ("doubtful", ["birth.approximate", "number.missing"])


def test_several_phones_in_a_cell_with_their_owners(lead: Actor, tmp_path: Path) -> None:
    phones = "19900000001，儿子19900000002\n老伴:19900000003；010-69961234"
    rows = [[*HEAD, "联系电话", "备用电话"], [*good(1), phones, 19900000004], [*good(2), "无", None]]
    roster = of_rows(lead, tmp_path, rows)
    assert codes(roster) == [("new", []), ("new", [])]
    actions.commit_import(by=lead, import_id=roster.pk)
    found = Phone.objects.unscoped(EVERY).order_by("order")
    assert [(row.number, row.owner, row.order) for row in found] == [
        ("19900000001", "", 1), ("19900000002", "child", 2), ("19900000003", "spouse", 3), ("010-69961234", "", 4),
        ("19900000004", "", 5),
    ]  # fmt: skip
    assert of_rows(lead, tmp_path, rows).counts == counts(same=2)


def test_moving_in_is_read(lead: Actor, tmp_path: Path) -> None:
    rows = [[*HEAD, "迁入日期"], [*good(1), "2020.5.1"], [*good(2), "2999-01-01"], [*good(3), "去年"]]
    roster = of_rows(lead, tmp_path, rows)
    assert codes(roster) == [("new", []), ("new", ["moved_in.impossible"]), ("new", ["moved_in.unread"])]
    actions.commit_import(by=lead, import_id=roster.pk)
    found = Person.objects.unscoped(EVERY).order_by("moved_in_on")
    assert [row.moved_in_on for row in found] == [date(2020, 5, 1), None, None]


def test_other_documents(lead: Actor, tmp_path: Path) -> None:
    head = ["姓名", "证件类型", "证件号码", "出生日期", "性别", "村"]
    rest = ["1980-01-01", "女", village_name()]
    rows = [
        head,
        ["陈大文", "港澳居民来往内地通行证", "H12345678", *rest],
        ["陈小文", None, "H1234 5679", *rest],  # a permit or a passport: nobody guesses
        ["SMITH JOHN", "外国护照", "X1234567", *rest],
        ["王英", "身份证", number(1), "1950-01-01", "男", village_name()],
        ["王红", "港澳通行证", "12", *rest],
    ]
    roster = of_rows(lead, tmp_path, rows)
    kinds = [row["kind"] for row in kept_lines(roster)]
    assert (kinds[0], kinds[2], kinds[3]) == ("hk_macao_permit", "foreign_passport", "resident_card")
    assert [fate for fate, _said in codes(roster)] == ["new", "refused", "new", "new", "refused"]
    actions.commit_import(by=lead, import_id=roster.pk)
    assert of_rows(lead, tmp_path, rows).counts == counts(same=3, refused=2)


# --- who it is, without a good number --------------------------------------------------------------


def test_without_a_good_number_everything_else_says_who_it_is(
    register: Register, lead: Actor, tmp_path: Path
) -> None:
    given = {"address": "幸福街7号", "phones": ("19900000001",)}
    person = register(1, name="王秀英", **given)
    whole = number(1)
    swapped = whole[:15] + whole[16] + whole[15] + whole[17]
    head = ["姓名", "身份证号", "出生日期", "性别", "村", "住址", "电话"]
    rest = [date(1950, 1, 1), "男", village_name(), "幸福街7号", "19900000001"]
    for written in (None, swapped, whole[:17], whole[:8] + "9" + whole[9:]):
        roster = of_rows(lead, tmp_path, [head, ["王秀英", written, *rest]])
        assert [(fate, said[-1]) for fate, said in codes(roster)] == [("same", "match.certain")], written
        assert kept_lines(roster)[0]["person"] == str(person.pk)
    other = of_rows(
        lead, tmp_path, [head, ["王秀英", None, date(1950, 1, 1), "男", village_name(OTHER), None, None]]
    )
    assert other.counts["doubtful"] == 1
    nobody = of_rows(
        lead, tmp_path, [head, ["李大同", None, date(1971, 2, 2), "男", village_name(), None, None]]
    )
    assert codes(nobody) == [("doubtful", ["number.missing"])]


# --- nothing twice, nothing left behind ------------------------------------------------------------


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the ledger's tables, but for the rosters' own."""
    own = ("people_rosterimport", "people_rosterpage", "people_rosterlayout")
    found = {}
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.startswith("people_")]
        for name in names:
            if name not in own:
                cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')
                found[name] = cursor.fetchall()
    return found


def test_undo_leaves_every_table_as_it_was(register: Register, lead: Actor, tmp_path: Path) -> None:
    register(1, name="王红", address="旧址", phones=("19900009999",))
    register(2, name="王英")
    actions.move(by=lead, person_id=register(3, name="王梅").pk, area_code=OTHER)
    before = dump()
    rows = [
        [*HEAD, "住址", "电话"],
        [*good(1, 姓名="王弘"), "新址", "19900000001、女儿19900000002"],
        [*good(2, 姓名="王英", 村=village_name(OTHER)), None, None],
        [*good(3, 姓名="王梅", 村=village_name()), "3号", None],
        [*good(4), "4号", "19900000004"],
    ]
    roster = of_rows(lead, tmp_path, rows)
    assert roster.counts == counts(new=1, changed=3)
    actions.commit_import(by=lead, import_id=roster.pk)
    assert queries.find_by_number(lead, number(2)).area_code == OTHER  # type: ignore[union-attr]
    assert dump() != before
    actions.undo_import(by=lead, import_id=roster.pk)
    assert dump() == before


@pytest.mark.django_db(transaction=True)
def test_the_same_file_again_writes_no_row_of_the_ledger(tmp_path: Path) -> None:
    from tests.modules.people.conftest import COUNTY, actor
    from yingjie.areas.actions import load_county
    from yingjie.foundation.access.actor import system

    load_county(by=system("test"), code=COUNTY)
    lead = actor("town_lead", TOWN)
    file = write(tmp_path / "r.xlsx", [HEAD, *(good(n) for n in range(1, 40))])
    actions.commit_import(by=lead, import_id=propose(lead, file).pk)

    def written() -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables"
                " WHERE relname IN ('people_person', 'people_phone', 'people_identitydocument', 'people_documentkey',"
                " 'people_stay')"
                " ORDER BY 1"
            )
            return cursor.fetchall()  # type: ignore[no-any-return]

    before = written()
    again = propose(lead, file)
    assert again.counts == counts(same=39)
    actions.commit_import(by=lead, import_id=again.pk)
    assert written() == before


def test_columns_are_remembered_per_source(lead: Actor, tmp_path: Path) -> None:
    rows = [["甲", "乙", "丙"], good(1), good(2)]
    first = of_rows(lead, tmp_path, rows, mapping={"甲": "name", "丙": "village"})
    actions.commit_import(by=lead, import_id=first.pk)
    again = of_rows(lead, tmp_path, rows)
    assert again.counts == counts(same=2)
    assert again.mapping["parts"][0]["remembered"] is True


def test_everything_at_once(lead: Actor, tmp_path: Path) -> None:
    """Titles, a header of two rows, filled-down villages, wide digits, owners of phones, totals: and the bad lines come back."""
    rows = [
        ["某镇适龄人员摸底统计表（第三稿）"],
        ["填报单位：", None, "日期：2021.5.1"],
        ["序号", "基本情况", None, None, "住地", None, "联系方式"],
        [None, "姓 名", "身份证号码（18位）", "出生年月", "村(居)", "门牌号", None],
        [1, "王 英", wide(number(1)), "1950.1.1", village_name(), "1号", "19900000001(儿子)"],
        [2, "王红", number(2).lower(), "1950年1月1日", None, "2号", 19900000002],
        [3, "王兰", 1.1e17, 18264, None, "3号", None],
        [4, "王梅", number(4), "1951-01-01", None, "4号", "见上"],
        [5, None, None, None, None, None, None],
        ["合计", "4人"],
        ["制表人：李四"],
    ]
    roster = of_rows(lead, tmp_path, rows)
    assert roster.counts == counts(new=2, doubtful=1, refused=1, left_out=3)
    actions.commit_import(by=lead, import_id=roster.pk)
    content = actions.bad_rows_file(lead, roster.pk)
    back = tmp_path / "back.xlsx"
    back.write_bytes(content)
    assert io.BytesIO(content).read(2) == b"PK"
    again = propose(lead, back)
    assert [fate for _line, fate, _codes in fates(again)] == ["refused", "doubtful"]
