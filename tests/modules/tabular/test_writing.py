"""What we write opens cleanly, prints cleanly, runs nothing, and is the same bytes twice."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from yingjie.foundation.tabular.reading import read
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, display_width, write_csv, write_xlsx

MADE = dt.datetime(2021, 6, 1, 17, tzinfo=dt.UTC)
DANGEROUS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "http://example.org", "\t=1"]


def workbook(rows: object = None) -> bytes:
    out = io.BytesIO()
    spec = SheetSpec(
        "名单/一",
        [
            ColumnSpec("姓名"),
            ColumnSpec("剂次", kind="integer"),
            ColumnSpec("率", kind="percent"),
            ColumnSpec("日", kind="date"),
        ],
        iter(
            rows
            if rows is not None
            else [("甲", 3, Decimal("0.975"), dt.date(2021, 6, 1)), ("=1+1", None, None, None)]
        ),  # type: ignore[call-overload]
        heading_lines=["标题", "截至"],
        totals=("合计", 3, None, None),
        notes=["注"],
        marked=frozenset({1}),
    )
    write_xlsx(out, [spec, SheetSpec("名单/一", [ColumnSpec("x")], [])], created_at=MADE)
    return out.getvalue()


def test_a_workbook_as_asked() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    assert book.sheetnames == ["名单 一", "名单 一 (2)"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[3]] == ["姓名", "剂次", "率", "日"]
    assert [cell.value for cell in sheet[4]] == ["甲", 3, 0.975, dt.datetime(2021, 6, 1)]
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=1+1", "s")
    assert sheet["A6"].value == "合计"
    assert sheet["A7"].value == "注"
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:D5"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.paperSize == 9
    assert "&P" in sheet.oddFooter.right.text
    assert book.properties.created == dt.datetime(2021, 6, 1, 17)


def test_the_same_bytes_twice() -> None:
    assert workbook() == workbook()


def test_wide_sheets_lie_down() -> None:
    out = io.BytesIO()
    write_xlsx(out, [SheetSpec("x", [ColumnSpec(f"很长的列名{n}") for n in range(12)], [])], created_at=MADE)
    assert openpyxl.load_workbook(out).active.page_setup.orientation == "landscape"


def test_text_is_never_a_formula() -> None:
    out = io.BytesIO()
    write_xlsx(
        out, [SheetSpec("x", [ColumnSpec("c", kind="any")], [[text] for text in DANGEROUS])], created_at=MADE
    )
    sheet = openpyxl.load_workbook(out).active
    assert [(cell.value, cell.data_type, cell.hyperlink) for (cell,) in sheet.iter_rows(min_row=2)] == [
        (text, "s", None) for text in DANGEROUS
    ]


def test_rows_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="2 cells for 4 columns"):
        workbook([("甲", 1)])


def test_csv_for_spreadsheets(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [[text, "999999196001010046", -5, None] for text in DANGEROUS[:4]]
    write_csv(path, ["名", ColumnSpec("号"), "n", "x"], rows)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[1] == "'=1+1,999999196001010046\t,-5,"
    assert all(line.startswith("'") for line in lines[1:5])
    assert next(read(path).sheet().rows).cells[1] == "999999196001010046", "our own reader takes the tab away"


def test_chinese_is_twice_as_wide() -> None:
    assert display_width("剡湖ab") == 6
