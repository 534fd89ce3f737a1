"""Files of many programs and many hands: old and foreign formats, text from other systems, printed lists typed off page by page."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.modules.people.conftest import (
    COUNTY,
    EVERY,
    OTHER,
    TOWN,
    VILLAGE,
    actor,
    number,
    village_name,
    write,
)
from tests.modules.people.test_hostile_rosters import HEAD, SURNAMES, line, propose, told
from tests.modules.people.test_imports import kept_lines
from tests.modules.people.test_rosters_built_to_hurt import NEW, Fate, book_of, live
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.people import actions, refusals
from yingjie.people.models import Person, RosterImport


def text_of(rows: list[list[object]], delimiter: str = ",", end: str = "\r\n") -> str:
    return end.join(delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows) + end


# --- formats ---------------------------------------------------------------------------------------


def biff5(rows: list[list[object]]) -> bytes:
    """A workbook of Excel 95: one sheet of labels in code page 936, in a compound file."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    head = record(0x809, struct.pack("<HHHH", 0x500, 5, 0x0DBB, 0x07CC)) + record(
        0x42, struct.pack("<H", 936)
    )
    head += record(0x22, struct.pack("<H", 0))
    name = "名单".encode("gbk")
    bound = struct.pack("<IH", len(head) + 4 + 7 + len(name) + 4, 0) + bytes([len(name)]) + name
    book = head + record(0x85, bound) + record(0x0A, b"")
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0x0DBB, 0x07CC))
    sheet += record(0x200, struct.pack("<HHHHH", 0, len(rows), 0, 9, 0))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            text = str(cell).encode("gbk")
            sheet += record(0x204, struct.pack("<HHHH", at, column, 0, len(text)) + text)
    stream = (book + sheet + record(0x0A, b"")).ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE)
    table += b"".join(struct.pack("<I", at + 3 if at + 1 < sectors else 0xFFFFFFFE) for at in range(sectors))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        label = (name + "\0").encode("utf-16-le")
        made = (
            label.ljust(64, b"\0")
            + struct.pack("<HBB", len(label), kind, 1)
            + struct.pack("<III", *[0xFFFFFFFF] * 2, child)
        )
        return made + bytes(36) + struct.pack("<II", start, size) + bytes(4)

    folder = (
        entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Book", 2, 0xFFFFFFFF, 2, len(stream)) + bytes(256)
    )
    top = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    top += struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    top += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return top + table.ljust(512, b"\xff") + folder + stream


def test_a_workbook_of_excel_95(lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "old.xls"
    file.write_bytes(biff5([HEAD, line(1), line(2)]))
    with pytest.raises(refusals.FileUnreadable) as caught:
        propose(lead, file)
    assert caught.value.facts["file_code"] == "file.excel_95"


def rewritten(path: Path, part: str, change: Any) -> Path:
    made = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            target.writestr(
                item.filename, change(content.decode()).encode() if item.filename.endswith(part) else content
            )
    path.write_bytes(made.getvalue())
    return path


def test_sheets_written_by_other_programs(lead: Actor, tmp_path: Path) -> None:
    """Cells without places, text inside the cells, names with prefixes, the strict form of the standard."""
    rows = [HEAD, line(1), line(2)]
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve"> {cell} </t></is></c>' for cell in row)
        + "</row>"
        for row in rows
    )

    def inline(text: str) -> str:
        start, end = text.index("<sheetData"), text.index("</sheetData>")
        return text[:start] + "<sheetData>" + cells + text[end:]

    file = rewritten(write(tmp_path / "inline.xlsx", rows), "sheet1.xml", inline)
    assert told(propose(lead, file)) == [NEW, NEW]

    def prefixed(text: str) -> str:
        for tag in ("worksheet", "sheetData", "row", "c", "v", "dimension"):
            for start in ("<", "</"):
                for end in (" ", ">", "/"):
                    text = text.replace(f"{start}{tag}{end}", f"{start}x:{tag}{end}")
        return text.replace("xmlns=", "xmlns:x=")

    file = rewritten(write(tmp_path / "prefixed.xlsx", rows), "sheet1.xml", prefixed)
    assert told(propose(lead, file)) == [NEW, NEW]

    def strict(text: str) -> str:
        return text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    file = rewritten(write(tmp_path / "strict.xlsx", rows), ".xml", strict)
    assert told(propose(lead, file)) == [NEW, NEW]


def test_rich_text_errors_and_hidden_rows(lead: Actor, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, [*HEAD, "住址", "年龄"])
        for n in range(1, 6):
            sheet.write_row(n, 0, [*line(n), f"{n}号", 71])
        sheet.write_rich_string(1, 0, "王", bold, "小", "英")
        sheet.write_formula(2, 3, "=VLOOKUP(1,Z:Z,1)", None, "#N/A")
        sheet.write_formula(3, 1, "=VLOOKUP(1,Z:Z,1)", None, "#REF!")
        sheet.write_formula(4, 0, "=A2", None, "李四")
        sheet.autofilter(0, 0, 5, 4)
        sheet.filter_column("E", "x > 80")
        for n in (4, 5):
            sheet.set_row(n, options={"hidden": True})

    life = live(lead, book_of(tmp_path, fill))
    assert life.lines == [
        NEW, ("new", ["cell.formula_left_out"]), 
        ("refused", ["cell.formula", "birth.approximate", "number.missing"]), NEW, NEW,
    ]  # fmt: skip
    assert (life.kept[0]["name"], life.kept[3]["name"], life.first.mapping["hidden"]) == ("王小英", "李四", 2)


# --- text ------------------------------------------------------------------------------------------


def test_text_with_the_marks_of_other_systems(lead: Actor, tmp_path: Path) -> None:
    rows: list[list[object]] = [HEAD, line(1), line(2), line(3)]
    for name, content in {
        "nul.csv": text_of(rows).replace("某某", "某\0某").encode("gb18030"),
        "mac.csv": text_of(rows, end="\r").encode("utf-8"),
        "be.txt": text_of(rows, "\t").encode("utf-16"),
        "be2.txt": b"\xfe\xff" + text_of(rows, "\t").encode("utf-16-be"),
        "blank.csv": ("\r\n\r\n" + text_of(rows, ",", ",,,\r\n\r\n")).encode("utf-8-sig"),
        "form.csv": text_of(rows).replace("\r\n", "\r\n\f").encode("utf-8"),
        "end.csv": (text_of(rows) + "\x1a").encode("gbk"),
        "spaces.csv": text_of([[f"  {cell}\u3000" for cell in row] for row in rows], " , ").encode("gbk"),
        "quoted.csv": text_of([[f'"{cell}"' for cell in row] for row in rows], ", ").encode("gbk"),
    }.items():
        file = tmp_path / name
        file.write_bytes(content)
        roster = propose(lead, file)
        assert told(roster) == [NEW] * 3, name
        assert [row["name"] for row in kept_lines(roster)] == [row[0] for row in rows[1:]], name


def test_quotation_marks_that_do_not_close(lead: Actor, tmp_path: Path) -> None:
    rows = [[*HEAD, "住址"], *([*line(n), f"{n}号"] for n in range(1, 400))]
    rows[9][3] = '5"楼'
    rows[10][3] = "5号院“东”"
    file = tmp_path / "r.csv"
    file.write_text(text_of(rows), encoding="utf-8")
    roster = propose(lead, file)
    assert (roster.counts["new"], kept_lines(roster)[8]["address"]) == (399, '5"楼')
    rows[9][3] = '"5楼'
    file.write_text(text_of(rows), encoding="utf-8")
    with pytest.raises(refusals.FileUnreadable) as caught:
        propose(lead, file)
    assert caught.value.facts["file_code"] == "file.quotes"
    assert "10" in str(caught.value)


# --- lists typed off page by page ------------------------------------------------------------------


def test_a_printed_list_with_its_headings_on_every_page(lead: Actor, tmp_path: Path) -> None:
    """A village's cell is merged as far as the page goes; below the next heading it stands again."""

    def fill(book: Any) -> None:
        sheet, row, n = book.add_worksheet(), 0, 0
        for page, village in enumerate((VILLAGE, VILLAGE, OTHER)):
            sheet.merge_range(row, 0, row, 3, "某街道60岁以上人员登记表")
            sheet.write_row(row + 1, 0, ["村", "序号", "姓名", "身份证号"])
            sheet.merge_range(row + 2, 0, row + 6, 0, village_name(village))
            for at in range(5):
                n += 1
                sheet.write_row(row + 2 + at, 1, [n, *line(n)[:2]])
            sheet.write_row(row + 7, 0, ["填表人：张三", None, f"第{page + 1}页 共3页", "2021年5月1日"])
            row += 9

    life = live(lead, book_of(tmp_path, fill))
    assert life.lines == [NEW] * 15
    assert [row["area"] for row in life.kept] == [VILLAGE] * 10 + [OTHER] * 5


def test_thirty_sheets_one_for_each_village(lead: Actor, tmp_path: Path) -> None:
    lead = actor("county_lead", COUNTY)
    book = areas.place_book(lead, TOWN)
    villages = [row for row in book.rows.values() if row.level == "village"]
    villages = [row for row in villages if book.resolve(row.name, "village").kind == "exact"][:30]

    def fill(workbook: Any) -> None:
        workbook.add_worksheet("汇总").write_row(0, 0, ["村", "人数"])
        for at, village in enumerate(villages, 1):
            sheet = workbook.add_worksheet(village.name)
            sheet.write_row(0, 0, ["姓名", "身份证号"])
            sheet.write_row(1, 0, [f"{SURNAMES[at % 30]}某", number(at)])
            sheet.write_row(2, 0, ["合计", "1人"])

    roster = propose(lead, book_of(tmp_path, fill), sheet="*")
    assert roster.counts["new"] == len(villages) > 10
    assert [row["area"] for row in kept_lines(roster)] == [village.code for village in villages]
    assert roster.mapping["other_sheets"] == ["汇总"]


def test_households_with_a_heading_of_their_own(lead: Actor, tmp_path: Path) -> None:
    """户主 in a column beside its members', merged over them; the member is the line's person."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["户号", "户主姓名", "家庭成员姓名", "与户主关系", "身份证号码", "村(社区)"])
        sheet.merge_range(1, 0, 3, 0, "001")
        sheet.merge_range(1, 1, 3, 1, "王户主")
        for at, role in enumerate(("户主", "妻", "长子"), 1):
            sheet.write_row(at, 2, [f"{SURNAMES[at]}某", role, number(at), village_name()])

    life = live(lead, book_of(tmp_path, fill))
    assert life.lines == [NEW] * 3
    assert len({row["household"] for row in life.kept}) == 1
    assert [row["role"] for row in life.kept] == ["head", "spouse", "child"]
    assert [row["name"] for row in life.kept] == [f"{SURNAMES[at]}某" for at in (1, 2, 3)]


def test_headings_in_two_languages_and_in_pieces(lead: Actor, tmp_path: Path) -> None:
    heads = [
        ["姓名 Name", "身份证号 ID No.", "村 Village"], ["姓\n\n名", "身 份\n证 号 码", "村\n（社区）"], ["*姓名",
        "*身份证件号码：", "居住村（居）名称"],
        ["1.姓名", "2.身份证号", "3.所在村"], ["姓名（必填）", "身份证号(18位)", "行政村/社区"], ["受种人姓名",
        "证件号", "现居住村"],
    ]  # fmt: skip
    for at, head in enumerate(heads):
        roster = propose(lead, write(tmp_path / f"{at}.xlsx", [head, line(1), line(2)]))
        assert roster.mapping["fields"] == ["name", "number", "village"], head


def test_tables_that_are_no_list_of_people(lead: Actor, tmp_path: Path) -> None:
    before = RosterImport.objects.unscoped(EVERY).count()
    for name, rows in {
        "across": [
            ["姓名", "王英", "王红", "王兰"],
            ["身份证号", number(1), number(2), number(3)],
            ["村", *[village_name()] * 3],
        ],
        "sums": [["村", "应种人数", "已种人数"], [village_name(), 20, 10]],
        "letter": [["关于做好新冠病毒疫苗接种摸底工作的通知"], ["各村（居）：请于5月10日前上报。"]],
    }.items():
        with pytest.raises((refusals.ColumnsNotUnderstood, refusals.TableAcross)):
            propose(lead, write(tmp_path / f"{name}.xlsx", rows))
    assert RosterImport.objects.unscoped(EVERY).count() == before


# --- cells -----------------------------------------------------------------------------------------


def test_days_in_every_form_in_one_column(lead: Actor, tmp_path: Path) -> None:
    day = date(1950, 1, 1)
    forms: list[object] = [
        day, datetime(1950, 1, 1, 8, 30), 18264, "18264", "1950/1/1", "1950.01.01", "1950-1-1 00:00:00", "1950年1月1日",
        "１９５０．１．１",
        "19500101", 19500101, "1950 01 01", "一九五〇年一月一日", "1950年元月1日", "1950年01月01日生", "1950.1.1.",
        "1950、1、1",
    ]  # fmt: skip
    rows = [
        [f"{SURNAMES[at]}小{SURNAMES[-at]}", None, village_name(), "女", form]
        for at, form in enumerate(forms, 1)
    ]
    life = live(lead, write(tmp_path / "r.xlsx", [[*HEAD, "性别", "出生日期"], *rows]))
    assert [row["birth_on"] for row in life.kept] == [day] * len(forms)
    assert life.lines == [("doubtful", ["number.missing"])] * len(forms)


def test_ages_phones_and_sexes_as_people_write_them(lead: Actor, tmp_path: Path) -> None:
    one, two = "19900000001", "19900000002"
    ages = [71, "71", "71岁", "71周岁", "虚岁71", "７１", "约71岁", "七十一"]
    rows = [[f"{SURNAMES[at]}小{SURNAMES[-at]}", None, village_name(), age] for at, age in enumerate(ages, 1)]
    roster = propose(lead, write(tmp_path / "a.xlsx", [[*HEAD, "年龄"], *rows]))
    years = [row["birth_year"] for row in kept_lines(roster)]
    assert years == [years[0]] * 8
    assert years[0] is not None
    phones: list[object] = [
        f"{one}/{two}", f"{one} / {two}", f"{one}；{two}", f"{one}\n{two}", f"{one}{two}", f"{one}、{two}",
        f"{one}(本人){two}(女儿)",
        f"手机{one} 座机010-69961234", f"{one[:3]}-{one[3:7]}-{one[7:]}", f"{one[:3]} {one[3:7]} {one[7:]}", f"86{one}",
        f"{one}#", f"0{one}",
        f"tel:{one}", float(one), "同上", "无", "/", "未留", "不详", "没有电话",
    ]  # fmt: skip
    rows = [[*line(at), phone] for at, phone in enumerate(phones, 1)]
    life = live(lead, write(tmp_path / "p.xlsx", [[*HEAD, "电话"], *rows]))
    assert life.lines == [NEW] * len(phones)
    assert [len(row["phones"] or ()) for row in life.kept] == [2] * 8 + [1] * 7 + [0] * 6
    sexes = ["男", " 男 ", "男性", "M", "male", "1", 1, "male ", "女", "女 ", "2", "F", "未知", "其他"]
    rows = [
        [f"{SURNAMES[at]}小{SURNAMES[-at]}", None, village_name(), sex] for at, sex in enumerate(sexes, 1)
    ]
    roster = propose(lead, write(tmp_path / "s.xlsx", [[*HEAD, "性别"], *rows]))
    assert [row["sex"] for row in kept_lines(roster)] == ["male"] * 8 + ["female"] * 4 + ["unknown"] * 2


def test_names_of_every_people_and_of_every_keyboard(lead: Actor, tmp_path: Path) -> None:
    long = "阿卜杜热西提·阿卜杜热合曼·麦麦提吐尔逊·买买提江"
    good = {
        "阿依古丽・买买提": "阿依古丽·买买提", "阿依古丽‧买买提": "阿依古丽·买买提", "阿依古丽⋅买买提": "阿依古丽·买买提",
        "阿依古丽.买买提": "阿依古丽·买买提", "阿依古丽 · 买买提": "阿依古丽·买买提", long: long, "⽣⼤⺠": "生大民",
        "李\u2060英\ufe0f": "李英",
        "王\u200d英\u00ad": "王英", "Ｌｉ　Ｍｉｎｇ": "Li Ming", "王㐂英": "王㐂英", "𠮷田花子": "𠮷田花子",
        "﨑英": "﨑英", "郎": "郎",
        "王英（王小英）": None, "王英😀": None, "王英/王小英": None, "王※英": None, "某": "某",
    }  # fmt: skip
    rows = [[written, number(at), village_name()] for at, written in enumerate(good, 1)]
    rows.append(["王" * 51, number(60), village_name()])
    life = live(lead, write(tmp_path / "r.xlsx", [HEAD, *rows]))
    expected: list[Fate] = [
        NEW if name else ("refused", ["name.several" if "/" in written else "name.characters"])
        for written, name in good.items()
    ]
    assert life.lines == [*expected, ("refused", ["name.length"])]
    loaded = [row["name"] for row in life.kept if row["fate"] == "new"]
    assert loaded == [name for name in good.values() if name]


def test_signatures_below_and_beside_the_list(lead: Actor, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        HEAD, line(1), ["填表人：", "李四", "联系电话：19900000009"], ["填表人：李四", None, "审核人：王五"],
        ["村负责人签字：", None, "（盖章）"],
        ["单位（盖章）：某村委会"], ["备注：1.以户口簿为准；2.60岁以上全部登记。"], ["年    月    日"],
        ["2021年5月1日"], ["第 1 页，共 3 页"], ["以下空白"], line(2),
    ]  # fmt: skip
    life = live(lead, write(tmp_path / "r.xlsx", rows))
    assert life.lines == [NEW, NEW]
    assert life.first.counts["left_out"] == 9
    assert Person.objects.unscoped(EVERY).count() == 0
    assert actions.commit_import(by=lead, import_id=propose(lead, tmp_path / "r.xlsx").pk)["new"] == 2
