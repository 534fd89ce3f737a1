"""Spreadsheets built to hurt, each through its whole life: proposed, written, bad lines sent back, imported again, taken back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.modules.people.conftest import EVERY, OTHER, TOWN, VILLAGE, number, village_name, write
from tests.modules.people.test_imports import fates, kept_lines
from tests.modules.people.test_ugly_rosters import dump
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import Refusal
from yingjie.people import actions, refusals
from yingjie.people.models import Person, Phone, RosterImport

HEAD = ["姓名", "身份证号", "村"]
Fate = tuple[str, list[str]]
NEW: Fate = ("new", [])
SOURCES = "people_ledgersource"


@dataclass
class Life:
    """What became of a file."""

    first: RosterImport
    lines: list[Fate]
    kept: list[dict[str, Any]]
    back: list[Fate] = field(default_factory=list)


def live(by: Actor, path: Path) -> Life:
    """The whole life of a file. Whatever it holds: what loaded comes again as the same and writes nothing, what did not load comes
    back line by line without a formula, and taking it back leaves every table as it was."""
    before = dump()
    roster = _propose(by, path)
    life = Life(roster, _fates(roster), kept_lines(roster))
    told = dict(roster.counts)
    assert actions.commit_import(by=by, import_id=roster.pk) == told
    after = dump()
    life.back = _sent_back(by, roster, path)
    again = _propose(by, path)
    loaded = told["new"] + told["changed"] + told["same"]
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    assert again.counts["same"] >= loaded
    assert dump() == after
    actions.commit_import(by=by, import_id=again.pk)
    now = dump()
    assert {name for name in now if now[name] != after[name]} <= {SOURCES, "people_doubt"}
    actions.undo_import(by=by, import_id=again.pk)
    actions.undo_import(by=by, import_id=roster.pk)
    assert dump() == before
    return life


def _propose(by: Actor, path: Path) -> RosterImport:
    return actions.propose_import(by=by, area_code=TOWN, path=path, file_name=path.name)


def _fates(roster: RosterImport) -> list[Fate]:
    return [(fate, said) for _line, fate, said in fates(roster)]


def _sent_back(by: Actor, roster: RosterImport, path: Path) -> list[Fate]:
    """The fates of the lines that did not load when their file is uploaded as it is. Nothing of it may have become certain or new
    by the way through the file; only what stood twice may now be what the first of both brought."""
    content = actions.bad_rows_file(by, roster.pk)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not any(b"<f" in book.read(name) for name in book.namelist() if "worksheets/" in name)
    bad = [one for one in _fates(roster) if one[0] in ("doubtful", "refused")]
    if not bad:
        return []
    back = path.with_name("back.xlsx")
    back.write_bytes(content)
    proposed = _propose(by, back)
    found = _fates(proposed)
    actions.discard_import(by=by, import_id=proposed.pk)
    assert len(found) == len(bad)
    assert not [one for one in found if one[0] == "new"]
    return found


# --- cells -----------------------------------------------------------------------------------------


def test_numbers_in_every_disguise(lead: Actor, tmp_path: Path) -> None:
    names = iter("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜")

    def line(written: object) -> list[object]:
        return [f"{next(names)}某某", written, village_name()]

    said: list[tuple[object, str, str]] = [
        (1.10117e17, "refused", "id.float"),
        ("1.10117E+17", "refused", "id.float"),
        (float(number(4)[:17] + "0"), "refused", "id.float"),
        (number(5) + "\u00a0", "new", ""),
        ("\u200b" + number(6), "new", ""),
        ("\ufeff" + number(7) + "\u200e", "new", ""),
        (f"{number(8)[:6]}-{number(8)[6:14]}—{number(8)[14:]}", "new", ""),
        ("‘" + number(9), "new", ""),
        (number(10)[:9] + "\n" + number(10)[9:], "new", ""),
        ("身份证：" + number(11), "new", "number.beside"),
        (f"{number(12)} {number(13)}", "refused", "id.length"),
        (f"{number(14)}/{number(15)}", "refused", "id.characters"),
        (number(16)[:6] + "********" + number(16)[14:], "refused", "id.masked"),
        (number(17)[:17], "refused", "id.length"),
        (number(18).replace("0", "O", 1), "refused", "id.characters"),
        ("0", "doubtful", "number.missing"),
        (0, "doubtful", "number.missing"),
        ("-", "doubtful", "number.missing"),
        (True, "refused", "id.characters"),
        (datetime(1950, 1, 1), "refused", "id.characters"),
        (number(19, "19990230"), "refused", "id.birth_date"),
        (number(20, "20990101"), "refused", "id.birth_future"),
        (float(number(21)[:6] + number(21)[8:17]), "new", "number.upgraded"),
    ]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *(line(written) for written, *_ in said)]))
    assert life.lines == [(fate, [code] if code else []) for _written, fate, code in said]
    # What a spreadsheet has rounded is rounded when it comes back as well: no digits are made up for it.
    assert life.back[:3] == [("refused", ["id.float"])] * 3


def test_names_are_never_made_up(lead: Actor, tmp_path: Path) -> None:
    good = {
        "王\u3000小 英": "王小英", "王\u00a0英": "王英", "王\u200b英": "王英", "王\n英": "王英", "买买提•艾力": "买买提·艾力",
        "买买提．艾力": "买买提·艾力", "王𠅤": "王𠅤", "㛃妍": "㛃妍", "王〇": "王〇", "SMITH  JOHN": "SMITH JOHN",
        "O'Neil Mary": "O'Neil Mary", "José García": "José García", "王\ue000": "王\ue000", "合计英": "合计英",
    }  # fmt: skip
    missing = ["无", "不详", "NULL", "-", "姓名"]
    several = ["王英、王红", "王英\n王红", "王英 王红", "赵小英　李红"]
    odd = [
        "王英(大)",
        "王英1",
        "王?英",
        "*王英",
        "-王英",
        "欧阳·",
        f"王英{number(99)}",
        "=1+1",
        123,
        True,
    ]
    written = [*good, *missing, *several, *odd]
    rows = [[name, number(at), village_name()] for at, name in enumerate(written, 1)]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    assert life.lines == (
        [NEW] * len(good)
        + [("refused", ["name.missing"])] * len(missing)
        + [("refused", ["name.several"])] * len(several)
        + [("refused", ["name.characters"])] * len(odd)
    )
    assert [row["name"] for row in life.kept][: len(good)] == list(good.values())


def test_birth_dates_sexes_and_documents(lead: Actor, tmp_path: Path) -> None:
    head = ["姓名", "证件名称", "证件号码", "性别", "出生日期", "村"]
    own, man = number(1), number(3)
    unread, differs = ("new", ["birth.unread"]), ("doubtful", ["birth.differs"])
    rows: list[tuple[list[object], Fate]] = [
        (["王一", None, own, "♂", "1950-01-01"], ("new", ["sex.unread"])),
        (["王二", None, man, "女", "1950.1.1"], ("doubtful", ["sex.differs"])),
        (["王三", None, number(5), "m", "50.1.1"], unread),
        (["王四", None, number(6), 2, "2/1/1950"], unread),
        (["王五", None, number(7), 1, "农历1950年1月1日"], unread),
        (["王六", None, number(8), "F", 16802], differs),
        (["王七", None, number(9), "男性", "虚岁72"], NEW),
        (["王八", None, number(10), "女", 1950], unread),
        (["王九", None, number(11), "男", "1950-02-30"], unread),
        (["陈大文", "港澳通行证", "H12345678", "男", "1980-01-01"], NEW),
        (["林志明", "台湾通行证", "12345678", "男", "1980-01-01"], NEW),
        (["ANNA LEE", "外国人永久居留身份证", "USA123456789012", "女", "1980-01-01"], NEW),
        (["王十", "因私护照", "E12345678", "男", "1980-01-01"], NEW),
        (["SMITH JOHN", "护照", "X1234567", "男", "1980-01-01"], ("refused", ["document.chinese_passport"])),
        (["王士", "户口簿", number(12), "女", "1950-01-01"], NEW),
        (["王壬", None, None, "男", "50.3.7"], ("doubtful", ["birth.unreadable", "number.missing"])),
        (["王廿", "军官证", "军字第123号", "男", "1980-01-01"], ("refused", ["document_kind.unknown"])),
        (["王卅", "其他", number(13), "男", "1950-01-01"], ("new", ["document_kind.unread"])),
    ]
    life = live(lead, write(tmp_path / "r.xlsx", [head, *([*row, village_name()] for row, _fate in rows)]))
    assert life.lines == [fate for _row, fate in rows]
    assert {row["kind"] for row in life.kept if row["fate"] == "new"} == {
        "resident_card", "hk_macao_permit", "taiwan_permit", "foreign_residence_old", "chinese_passport",
    }  # fmt: skip


def test_phones_keep_their_owners(lead: Actor, tmp_path: Path) -> None:
    one, two, three = "19900000001", "19900000002", "19900000003"
    said: list[tuple[object, list[tuple[str, str]]]] = [
        (f"老伴{one}女婿{two}邻居老李{three}", [(one, "spouse"), (two, "child"), (three, "neighbour")]),
        (f"{one}儿子{two}女儿", [(one, "child"), (two, "child")]),
        (f"本人：{one} 儿子王五：{two}", [(one, "self"), (two, "child")]),
        (f"{one}　王小二{two}", [(one, ""), (two, "")]),
        (f"{one}{two}", [(one, ""), (two, "")]),
        (float(one), [(one, "")]),
        (f"+86 199-0000-0001或{two}", [(one, ""), (two, "")]),
        (f"{one}\\{two}", []),
        ("199****0001", []),
        (datetime(2020, 1, 1), []),
    ]
    rows = [
        [f"王{'甲乙丙丁戊己庚辛壬癸'[at]}", number(at + 1), village_name(), cell]
        for at, (cell, _) in enumerate(said)
    ]
    file = write(tmp_path / "r.xlsx", [[*HEAD, "联系电话"], *rows])
    life = live(lead, file)
    assert life.lines == [("new", [] if owned else ["phone.unread"]) for _cell, owned in said]
    actions.commit_import(by=lead, import_id=_propose(lead, file).pk)
    by_name = dict(Person.objects.unscoped(EVERY).values_list("name", "pk"))
    for row, (_cell, owned) in zip(rows, said, strict=True):
        kept = Phone.objects.unscoped(EVERY).filter(person_id=by_name[row[0]]).order_by("order")
        assert [(phone.number, phone.owner) for phone in kept] == owned


def test_villages_are_not_guessed(lead: Actor, tmp_path: Path) -> None:
    from yingjie.areas.queries import county_book

    book = county_book(TOWN)
    place = village_name()
    stem = place.removesuffix("社区居委会")
    inside, likely, unknown = NEW, ("refused", ["village.likely"]), ("refused", ["village.unknown"])
    outside = [row.name for code, row in book.rows.items() if len(code) == 12 and not code.startswith(TOWN)]
    next_door = next(name for name in outside if book.resolve(name, "village").kind == "exact")
    like_ours = (
        "兴谷园社区居委会"  # one sign from a village of this township, and the name of one of the next
    )
    assert like_ours in outside
    said: list[tuple[object, Fate]] = [
        (stem, inside), (stem + "社区", inside), (f"　{stem} 社 区 ", inside), (f"北京市平谷区滨河街道{place}", inside),
        (VILLAGE, inside), (int(VILLAGE), inside), (stem + "村", likely), (stem[:-1] + "某", likely),
        (next_door, ("refused", ["village.outside"])), (like_ours, ("refused", ["village.outside"])),
        ("同上", ("refused", ["village.outside", "place.filled_down"])), (OTHER, inside),
        ("〃", ("new", ["place.filled_down"])), (f"{place}、{village_name(OTHER)}", unknown), ("=1+1", unknown),
        ("村" * 200, unknown),
    ]  # fmt: skip
    rows = [[f"王{'秀英红梅兰'[at % 5]}", number(at), written] for at, (written, _fate) in enumerate(said, 1)]
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    assert life.lines == [fate for _written, fate in said]


# --- sheets ----------------------------------------------------------------------------------------


def test_three_rows_of_headings_totals_and_signatures(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("表1")
        for span, text in {
            "A1:H1": "某镇摸底登记表", "A2:D2": "填报单位：某村", "E2:H2": "2021年5月1日", "A3:A5": "序号",
            "B3:E3": "居民基本情况", "B4:C4": "身份", "D4:E4": "人口", "F3:G3": "住处", "F4:F5": "村", "G4:G5": "住址",
            "H3:H5": "备注",
        }.items():  # fmt: skip
            sheet.merge_range(span, text)
        sheet.write_row(4, 1, ["姓名", "身份证号", "性别", "年龄"])
        for at, row in enumerate([
            ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"],
            *([n, f"王{'秀英红梅兰'[n % 5]}", number(n), "男" if n % 2 else "女", 71, None, f"{n}号"] for n in range(1, 6)),
            ["小计", 5], ["第2页"], ["序 号", "姓 名", "身份证号"], [6, "王兰", number(6), "女", 71, village_name(), "6号"],
            ["审核人（签字）：", "李四", None, "填表人：", "王五"],
            ["注：1.本表一式两份。2.年龄为周岁。"], ["　", "\u2003", "\u200b"],
        ], 5):  # fmt: skip
            sheet.write_row(at, 0, row)
        sheet.merge_range(6, 5, 10, 5, village_name())

    life = live(lead, book_of(tmp_path, fill))
    assert (life.lines, life.first.counts["left_out"]) == ([NEW] * 6, 6)
    assert [row["address"] for row in life.kept] == [f"{n}号" for n in range(1, 7)]


def test_the_head_of_the_household_is_not_taken_for_the_person(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:B1", "户主信息")
        sheet.merge_range("C1:D1", "本人信息")
        sheet.merge_range("E1:E2", "村/社区")
        sheet.write_row(1, 0, ["姓名", "身份证号", "姓名", "身份证号"])
        for n in (1, 2, 3):
            sheet.write_row(
                1 + n, 0, ["王户主", number(90), f"王{'秀英红梅兰'[n]}", number(n), village_name()]
            )

    life = live(lead, book_of(tmp_path, fill))
    assert life.lines == [NEW] * 3
    assert [row["document"] for row in life.kept] == [number(1), number(2), number(3)]


def test_two_lists_side_by_side_are_not_read_by_half(lead: Actor, tmp_path: Path) -> None:
    rows = [["王英", number(n), village_name(), None, "王红", number(n + 10), village_name()] for n in (1, 2)]
    file = write(tmp_path / "r.xlsx", [[*HEAD, None, *HEAD], *rows])
    before = dump()
    with pytest.raises(refusals.PeopleSideBySide) as caught:
        _propose(lead, file)
    assert "#2 身份证号、#6 身份证号" in str(caught.value)
    assert (dump(), RosterImport.objects.unscoped(EVERY).count()) == (before, 0)
    said = actions.propose_import(
        by=lead, area_code=TOWN, path=file, file_name="r.xlsx", mapping={"#6": "ignore"}
    )
    assert said.counts["new"] == 2


def test_a_grid_ends_with_its_village(lead: Actor, tmp_path: Path) -> None:
    rows = [
        [village_name(), "第一网格", "王秀", number(1)], [None, None, "王英", number(2)], [None, "第二网格", "王红", number(3)],
        [village_name(OTHER), None, "王梅", number(4)], [None, None, "王兰", number(5)],
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "r.xlsx", [["村", "网格", "姓名", "身份证号"], *rows]))
    down = "place.filled_down"
    assert [said for _fate, said in life.lines] == [
        ["grid.unknown"], ["grid.unknown", down], ["grid.unknown", down], [], [down],
    ]  # fmt: skip
    assert [row["area"] for row in life.kept] == [VILLAGE] * 3 + [OTHER] * 2


def test_nobody_stands_twice_and_formulas_come_back_as_text(lead: Actor, tmp_path: Path) -> None:
    evil = "=cmd|'/c calc'!A1"
    rows = [
        ["王英", number(1), village_name(), "1号", evil], ["王英", number(1), village_name(), "9号", "@SUM(A1)"],
        ["王红", number(2), village_name(), evil, None], [evil, "12", "+1+1", "-1+1", "\t=1"],
        ["王无", None, village_name(), "3号", None], ["王无", None, village_name(), "3号", None],
        ["王甲", "0", village_name(), "4号", None], ["王乙", "0", village_name(), "5号", None],
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "r.xlsx", [[*HEAD, "住址", "备注"], *rows]))
    assert life.lines == [
        NEW, ("refused", ["number.twice"]), NEW, ("refused", ["name.characters", "village.unknown", "id.length"]),
        ("doubtful", ["number.missing"]), ("doubtful", ["number.missing"]),
        ("doubtful", ["number.missing"]), ("doubtful", ["number.missing"]),
    ]  # fmt: skip


def test_columns_that_somebody_named_are_known_when_the_lines_come_back(lead: Actor, tmp_path: Path) -> None:
    rows = [["甲列", None, "丙列"], ["王英", number(1), village_name()], ["王红", "12345", village_name()]]
    roster = actions.propose_import(
        by=lead, area_code=TOWN, path=write(tmp_path / "r.xlsx", rows), file_name="r.xlsx",
        mapping={"甲列": "name", "#2": "number", "丙列": "village"},
    )  # fmt: skip
    actions.commit_import(by=lead, import_id=roster.pk)
    back = tmp_path / "back.xlsx"
    back.write_bytes(actions.bad_rows_file(lead, roster.pk))
    again = _propose(lead, back)
    assert again.mapping["fields"] == ["", "name", "number", "village", ""]
    assert _fates(again) == [("refused", ["id.length"])]


# --- files -----------------------------------------------------------------------------------------


def test_text_files_of_other_programs(lead: Actor, tmp_path: Path) -> None:
    one, two = ([f"王{name}", number(n), village_name()] for n, name in ((1, "英"), (2, "红")))
    kept_as_text = [[f'="{cell}"' for cell in one], ['"=""' + str(cell) + '"""' for cell in two]]
    lines = ['"姓\n名","身份证\n号码",村', *(",".join(row) for row in kept_as_text), " ,　,\u2003", ",,"]
    for name, content in (
        ("quoted.csv", "\r\n".join(lines).encode("gb18030")),
        ("pipe.txt", "\n".join("|".join(row) for row in (HEAD, one, two)).encode("gbk")),
        ("wide.csv", "\n".join("，".join(row) for row in (HEAD, one, two)).encode("utf-8-sig")),
        ("plain.xls", "\n".join("\t".join(row) for row in (HEAD, one, two)).encode("utf-16-le")),
        ("sep.xlsx", ("sep=;\r\n" + "\n".join(";".join(row) for row in (HEAD, one, two))).encode("gbk")),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        roster = _propose(lead, file)
        assert _fates(roster) == [NEW, NEW], name
        assert [row["document"] for row in kept_lines(roster)] == [number(1), number(2)]
    live(lead, tmp_path / "quoted.csv")


def test_a_book_of_traps_is_read(lead: Actor, tmp_path: Path) -> None:
    """Sheets hidden, formats in the last corner, a line at the far end, days counted from 1904, macros, a foreign ending."""

    def fill(book: Any) -> None:
        old = book.add_worksheet("旧")
        old.write_row(0, 0, HEAD)
        old.write_row(1, 0, ["王旧", number(99), village_name()])
        old.very_hidden()
        sheet = book.add_worksheet("=a&'新")
        sheet.activate()
        sheet.set_first_sheet()
        sheet.write_row(5, 3, ["姓名", None, "身份证号", None, "村", "出生日期"])
        for n, at in ((1, 7), (2, 9), (3, 1_048_570)):
            sheet.write_row(at, 3, [f"王{'秀英红梅兰'[n]}", None, number(n), None, village_name()])
            sheet.write_datetime(at, 8, datetime(1950, 1, 1))
        sheet.set_column(5, 5, None, None, {"hidden": True})
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "red"}))

    file = book_of(tmp_path, fill, date_1904=True)
    traps = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(traps, "w") as target:
        for item in source.infolist():
            target.writestr(item, source.read(item))
        target.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 no program")
    other = tmp_path / "r.csv"
    other.write_bytes(traps.getvalue())
    roster = _propose(lead, other)
    assert [(line, fate, said) for line, fate, said in fates(roster)] == [
        (8, "new", []), (10, "new", []), (1_048_571, "new", []),
    ]  # fmt: skip


def _bomb(good: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", b" " * 80_000_000 + b"</sheetData>")
            target.writestr(item.filename, content)
    return made.getvalue()


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing.xlsx": (lambda good: b"", "file.empty"),
    "page.xls": (lambda good: "<html><table><tr><td>姓名".encode(), "file.html"),
    "half.xlsx": (lambda good: good[:3000], "file.broken"),
    "holes.xlsx": (lambda good: good[:900] + b"\xff" * 60 + good[960:], "file.broken"),
    "bomb.xlsx": (_bomb, "file.unpacks_too_large"),
    "locked.xls": (
        lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "file.password",
    ),
    "junk.xls": (lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "file.broken"),
    "mixed.csv": (
        lambda good: ("\n".join(["姓名,身份证号,村"] * 90) + "\n").encode() + "王红".encode("gbk"),
        "file.encoding_mixed",
    ),
}  # fmt: skip


def test_what_is_no_roster_is_refused_by_name(lead: Actor, tmp_path: Path) -> None:
    good = write(tmp_path / "good.xlsx", [HEAD, ["王英", number(1), village_name()]]).read_bytes()
    before = dump()
    for name, (broken, code) in BROKEN.items():
        file = tmp_path / name
        file.write_bytes(broken(good))
        with pytest.raises(refusals.FileUnreadable) as caught:
            _propose(lead, file)
        assert caught.value.facts["file_code"] == code, name
    wide = write(tmp_path / "wide.xlsx", [HEAD, ["王英", number(1), village_name(), *([None] * 16_000), "x"]])
    with pytest.raises(Refusal) as caught_wide:
        _propose(lead, wide)
    assert caught_wide.value.code == "people.file_unreadable"
    assert (dump(), RosterImport.objects.unscoped(EVERY).count()) == (before, 0)


def book_of(folder: Path, fill: Callable[[Any], None], **options: object) -> Path:
    path = folder / "book.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", **options})
    fill(book)
    book.close()
    return path
