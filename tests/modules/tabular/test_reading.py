"""Ugly files as they come from villages, and files made to do harm."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from yingjie.foundation.tabular.cells import as_text, label_key, was_rounded
from yingjie.foundation.tabular.reading import Limits, read
from yingjie.foundation.tabular.unreadable import MESSAGES, UnreadableFile

KNOWN = ["序号", "姓名", "身份证号", "联系电话", "住址", "出生日期", "接种日期", "批号"]


def refused(path: Path, **limits: int) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        for sheet in read(path, limits=Limits(**limits)).sheets:
            list(sheet.rows)
    return caught.value


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def ugly(tmp_path: Path) -> Path:
    """Title, reporting line, a header of two merged rows, a merged household, totals, signature, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "剡湖街道"
    sheet["A1"] = "𠅤䶮㛃村疫苗接种花名册"
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "填报单位：剡湖街道"
    sheet["G2"] = "日期：2021年6月"
    for cell, label in {
        "A4": "序 号",
        "B4": "姓名＊",
        "C4": "身份证号：",
        "D4": "住址",
        "E4": "第一剂",
        "G4": "第二剂",
    }.items():
        sheet[cell] = label
    for area in ("A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4", "G4:H4"):
        sheet.merge_cells(area)
    for cell, label in {"E5": "接种日期", "F5": "批号", "G5": "接种日期", "H5": "批号"}.items():
        sheet[cell] = label
    sheet.append(
        [1, "王＋", 110101196001010020, "幸福路1号", dt.date(2021, 3, 1), "A001", dt.date(2021, 4, 1), "B1"]
    )
    sheet.append([2, "李四", "99999919600101002X", None, dt.date(2021, 3, 2), "A001"])
    sheet.append([])
    sheet.append([3, "=1+1", "999999196001010046", "村口"])
    sheet["B9"].data_type = "s"
    sheet.append(["合计", None, None, 3])
    sheet.append(["填表人：张三", None, None, "审核人：李四"])
    sheet.merge_cells("D6:D7")
    hidden = book.create_sheet("旧名单")
    hidden.append(["姓名", "身份证号"])
    hidden.append(["赵六", "999999195001010011"])
    hidden.sheet_state = "hidden"
    book.create_sheet("空表")
    path = tmp_path / "花名册.xls"  # the extension lies, as it often does
    book.save(path)
    return path


def test_a_roster_made_by_people_is_understood(ugly: Path) -> None:
    book = read(ugly, known_labels=KNOWN)
    assert book.source.kind == "xlsx"
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("剡湖街道", False), ("旧名单", True)]
    sheet = book.sheet()
    assert sheet.header_row_index == 4
    assert [column.label for column in sheet.columns] == [
        "序 号", "姓名＊", "身份证号：", "住址",
        "第一剂 / 接种日期", "第一剂 / 批号", "第二剂 / 接种日期", "第二剂 / 批号",
    ]  # fmt: skip
    assert "𠅤䶮㛃村疫苗接种花名册" in sheet.titles
    rows = list(sheet.rows)
    assert [(row.number, row.kind) for row in rows] == [
        (6, "data"), (7, "data"), (9, "data"), (10, "total"), (11, "note"),
    ]  # fmt: skip
    assert rows[0].cells[:2] == (1, "王＋")
    assert rows[0].cells[4] == dt.date(2021, 3, 1)
    assert rows[1].cells[3] == "幸福路1号", "a merged area is filled down"
    assert rows[1].cells[6:] == (None, None)
    assert rows[2].cells[1] == "=1+1"


def test_a_number_typed_as_a_number_is_known_by_its_type(ugly: Path) -> None:
    first, second, *_ = read(ugly, known_labels=KNOWN).sheet().rows
    assert isinstance(first.cells[2], float)
    assert was_rounded(first.cells[2])
    assert second.cells[2] == "99999919600101002X"
    assert not was_rounded(second.cells[2])
    assert as_text(13800001234) == "13800001234"


def test_the_rows_can_be_walked_again_and_left_early(ugly: Path) -> None:
    sheet = read(ugly, known_labels=KNOWN).sheet()
    assert next(sheet.rows).number == 6
    assert list(sheet.rows) == list(sheet.rows)


def test_the_header_is_found_by_shape_when_nothing_is_known(ugly: Path) -> None:
    sheet = read(ugly).sheet("旧名单")
    assert [column.label for column in sheet.columns] == ["姓名", "身份证号"]
    assert [row.cells for row in sheet.rows] == [("赵六", "999999195001010011")]


TABLE = "姓名{d}身份证号{d}联系电话\n𠅤䶮{d}999999196001010046{d}19900001234\n剡湖{d}99999919600101002X{d}\n"


@pytest.mark.parametrize(
    ("encoding", "delimiter", "told"),
    [
        ("utf-8", ",", "utf-8-sig"),
        ("utf-8-sig", ";", "utf-8-sig"),
        ("gb18030", ",", "gb18030"),
        ("gb18030", "\t", "gb18030"),
        ("utf-16", "\t", "utf-16"),
        ("utf-16-le", ",", "utf-16-le"),
        ("utf-16-be", "，", "utf-16-be"),
    ],
)
def test_text_tables_in_every_encoding_of_the_field(
    tmp_path: Path, encoding: str, delimiter: str, told: str
) -> None:
    path = write_text(tmp_path / "a.xlsx", TABLE.format(d=delimiter), encoding)
    book = read(path, known_labels=KNOWN)
    assert (book.source.kind, book.source.encoding, book.source.delimiter) == ("csv", told, delimiter)
    assert [column.label for column in book.sheet().columns] == ["姓名", "身份证号", "联系电话"]
    assert [(row.number, row.cells) for row in book.sheet().rows] == [
        (2, ("𠅤䶮", "999999196001010046", "19900001234")),
        (3, ("剡湖", "99999919600101002X", None)),
    ]


def test_gbk_without_rare_characters(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "姓名,住址\r\n张三,剡湖街道\r\n", "gbk")
    assert [row.cells for row in read(path).sheet().rows] == [("张三", "剡湖街道")]


def test_full_width_labels_and_repeated_headers(tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "a.csv",
        "花名册,,\n姓　名,身份证号（必填）,联系电话\n1,2,3\n甲,1x,２\n姓名,身份证号,联系电话\n乙,2x,3\n",
    )
    sheet = read(path, known_labels=KNOWN).sheet()
    assert sheet.header_row_index == 1
    assert [(row.number, row.kind) for row in sheet.rows] == [
        (3, "header"),
        (4, "data"),
        (5, "header"),
        (6, "data"),
    ]
    assert [label_key(column.label) for column in sheet.columns] == ["姓名", "身份证号", "联系电话"]


def test_a_group_above_its_columns_in_a_text_file(tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "a.csv", "姓名,第一剂,,第二剂,\n,接种日期,批号,接种日期,批号\n甲,2021-01-01,A,,\n"
    )
    sheet = read(path, known_labels=KNOWN).sheet()
    assert [column.label for column in sheet.columns] == [
        "姓名", "第一剂 / 接种日期", "第一剂 / 批号", "第二剂 / 接种日期", "第二剂 / 批号",
    ]  # fmt: skip
    assert [row.cells for row in sheet.rows] == [("甲", "2021-01-01", "A", None, None)]


def test_a_table_without_a_header_keeps_all_its_rows(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "张三,999999196001010046\n李四,99999919600101002X\n")
    sheet = read(path, known_labels=KNOWN).sheet()
    assert sheet.header_row_index is None
    assert len(list(sheet.rows)) == 2


def test_a_blank_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号"])
    book.active.append(["张三", "999999196001010046"])
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF00")
    book.save(tmp_path / "corner.xlsx")
    sheet = read(
        tmp_path / "corner.xlsx", limits=Limits(memory_bytes=512 * 1024**2), known_labels=KNOWN
    ).sheet()
    assert [row.cells for row in sheet.rows] == [("张三", "999999196001010046")]


def test_a_value_in_the_last_corner_kills_only_the_child(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号"])
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "corner.xlsx")
    assert refused(tmp_path / "corner.xlsx").code == "file.too_heavy"


def test_a_zip_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (100 * 1024 * 1024))
    assert refused(path).code == "file.unpacks_too_large"


def test_a_workbook_that_unpacks_to_more_than_allowed(ugly: Path) -> None:
    assert refused(ugly, unpacked_bytes=2000).code == "file.unpacks_too_large"


def test_files_that_are_no_spreadsheet(tmp_path: Path, ugly: Path) -> None:
    html = "<html><table><tr><td>姓名</td></tr></table></html>"
    xml = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:x"/>'
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    cases: dict[str, tuple[bytes, str]] = {
        "empty.xlsx": (b"", "file.empty"),
        "blank.csv": (b"\xef\xbb\xbf \r\n\r\n", "file.empty"),
        "page.xls": (html.encode(), "file.html"),
        "page16.xls": (html.encode("utf-16"), "file.html"),
        "old.xls": (xml.encode(), "file.xml"),
        "scan.xlsx": (b"%PDF-1.7 ...", "file.not_a_spreadsheet"),
        "photo.xlsx": (b"\xff\xd8\xff\xe0abc", "file.not_a_spreadsheet"),
        "locked.xlsx": (encrypted, "file.password"),
        "cut.xlsx": (ugly.read_bytes()[:3000], "file.broken"),
        "cut.xls": (encrypted[:600], "file.broken"),
        "noise.csv": (bytes(range(128)) * 40, "file.not_a_spreadsheet"),
        "strange.csv": (b"\xff\x80" * 40, "file.encoding"),
        "quote.csv": ("姓名,电话\n".encode() + b'"x,1\n' + b"a,b\n" * 30_000, "file.quotes"),
        "damaged.csv": (
            ("姓名,住址\n" + "张三,剡湖街道\n" * 50).encode()[:-3] + b"\xff\n",
            "file.encoding_mixed",
        ),
        "only.csv": (b"\n,,\n,,\n", "file.no_rows"),
    }
    told = {}
    for name, (content, _) in cases.items():
        (tmp_path / name).write_bytes(content)
        told[name] = refused(tmp_path / name).code
    assert told == {name: code for name, (_, code) in cases.items()}


def test_a_cell_that_is_too_long_is_named_as_one(tmp_path: Path) -> None:
    long = "备" * 40_001
    for cell in (long, f'"{long}"', f'"{long[:30_000]}\n{long}"'):
        error = refused(write_text(tmp_path / "a.csv", f"姓名,备注\n甲,\n乙,{cell}\n丙,\n"))
        assert (error.code, error.facts) == ("file.cell_too_long", {"line": 3, "limit": 40_000})
        assert error.en.startswith("A cell of line 3 has more than 40000 characters")


def test_a_word_document_is_named_as_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    error = refused(tmp_path / "a.xlsx")
    assert (error.code, error.zh) == ("file.not_a_spreadsheet", "这不是表格文件，而是 Word 文档。")


def test_limits_are_told(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "姓名,电话\n" + "甲,1\n" * 20)
    assert refused(path, rows=10).code == "file.too_long"
    assert refused(path, columns=1).code == "file.too_wide"
    assert refused(path, file_bytes=10).code == "file.too_large"
    assert refused(tmp_path / "nowhere.csv").code == "file.missing"
    with pytest.raises(UnreadableFile, match="no_such_sheet"):
        read(path).sheet("别的")


def test_a_file_that_changes_between_survey_and_reading(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "姓名,电话\n甲,1\n")
    sheet = read(path).sheet()
    write_text(path, "姓名,电话\n甲,1\n乙,2\n")
    with pytest.raises(UnreadableFile) as caught:
        list(sheet.rows)
    assert caught.value.code == "file.changed"


def test_a_silent_child_is_not_waited_for(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "姓名,电话\n甲,1\n")
    assert refused(path, silence_seconds=0).code == "file.too_heavy"


def test_every_refusal_has_its_words_in_both_languages() -> None:
    assert all(len(words) == 4 and all(words) for words in MESSAGES.values())


def test_the_child_gets_no_environment_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    list(read(write_text(tmp_path / "a.csv", "姓名,电话\n甲,1\n")).sheet().rows)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_two_hundred_thousand_rows_need_little_memory_here(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", encoding="gb18030") as stream:
        stream.write("姓名,身份证号,联系电话,住址\n")
        stream.writelines(
            f"张三{n},9999991960{n:08d},199{n:08d},剡湖街道幸福路{n}号\n" for n in range(200_000)
        )
    script = """
        import resource, sys
        from pathlib import Path
        from yingjie.foundation.tabular.reading import read
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count = sum(1 for row in read(Path(sys.argv[1])).sheet().rows)
        print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    """
    source = Path(__file__).parents[3] / "src"
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(path)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(source)},
    )  # fmt: skip
    count, grown_mb = map(int, told.stdout.split())
    assert count == 200_000
    assert grown_mb < 30
