"""OpenDocument sheets, whose repeated cells can pretend to be millions, and the Excel of 2003."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from yingjie.foundation.tabular.reading import Limits, read
from yingjie.foundation.tabular.unreadable import UnreadableFile

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="名单">'
)
TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
ROW = "<table:table-row>{}</table:table-row>"
TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def ods(path: Path, body: str, manifest: str = "<manifest/>") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", HEAD + body + TAIL)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def table(*rows: tuple[str, ...]) -> str:
    return "".join(ROW.format("".join(TEXT.format(cell) for cell in row)) for row in rows)


def test_an_ods_whose_blank_tail_fills_the_sheet(tmp_path: Path) -> None:
    tail = (
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = ods(tmp_path / "a.xlsx", table(("姓名", "电话"), ("𠅤䶮", "1")) + tail)
    book = read(path)
    assert book.source.kind == "ods"
    assert [row.cells for row in book.sheet().rows] == [("𠅤䶮", "1")]


def test_an_ods_of_endlessly_repeated_values(tmp_path: Path) -> None:
    cell = TEXT.format("x").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"'
    )
    bomb = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    with pytest.raises(UnreadableFile) as caught:
        read(ods(tmp_path / "a.ods", bomb), limits=Limits(memory_bytes=400 * 1024**2, cpu_seconds=10))
    assert caught.value.code == "file.too_heavy"


def test_an_encrypted_ods(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", table(("a", "b")), "<manifest><encryption-data/></manifest>")
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    assert caught.value.code == "file.password"


def test_an_old_workbook_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes((Path(__file__).parent / "roster.xls").read_bytes())
    book = read(path, known_labels=["姓名", "身份证号", "联系电话"])
    assert book.source.kind == "xls"
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("剡湖街道", False), ("hidden", True)]
    assert [(row.number, row.cells) for row in book.sheet().rows] == [
        (3, ("张三", "999999196001010046", date(1960, 1, 1), 19900001234)),
        (4, ("张三", 9.999991960010101e17, None, "19900001235")),
    ]
