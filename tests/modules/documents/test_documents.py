"""One report, three files: the same bytes each time, every name legible, and no data ever obeyed as markup."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from yingjie.foundation.documents import qr, wording
from yingjie.foundation.documents.docx import render_docx
from yingjie.foundation.documents.report import Column, Figure, Paragraph, Report, Table, render
from yingjie.foundation.documents.typst import compile_pdf

CHINA = dt.timezone(dt.timedelta(hours=8))
EVIL = '#evil [x] *b* $x$ `c` @y <z> \\n {{ 1+1 }} & "q"'

PROGRESS = Table(
    title="各村第一剂接种进度",
    columns=[
        Column("村（社区）"),
        Column("累计", kind="integer"),
        Column("覆盖率", kind="percent"),
        Column("时间", kind="moment"),
    ],
    rows=[
        ("剡湖街道", 12345, 0.975, dt.datetime(2021, 6, 1, 16, 30)),
        ("𠅤䶮㛃村", 10, Decimal("0.0005"), None),
        ("=1+1", None, 1, None),
    ],
    totals=("合计", 12355, None, None),
    note="注：覆盖率＝累计÷应种。",
    marked=frozenset({1}),
)
REPORT = Report(
    organisation="剡湖街道疫苗接种工作专班",
    title="疫苗接种工作日报",
    number="第42期",
    issued_on=dt.date(2021, 6, 1),
    cut_off=dt.datetime(2021, 6, 1, 17, 5, tzinfo=CHINA),
    source="接种台账",
    figures=[Figure("今日接种", 3200, "剂次"), Figure("覆盖率", 0.8194, kind="percent")],
    body=[Paragraph("一、总体进展", heading=True), Paragraph(EVIL), PROGRESS],
    recipients="各村",
    watermark="内部资料 王主任",
)
ENGLISH = replace(
    REPORT,
    language="en",
    organisation="Vaccination Office",
    title="Daily bulletin",
    number="No. 42",
    source="register",
)


def pdf_text(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_the_same_report_is_the_same_bytes(form: str) -> None:
    first = render(REPORT, form)  # type: ignore[arg-type]
    assert render(REPORT, form) == first  # type: ignore[arg-type]
    assert render(replace(REPORT, title="别的"), form) != first  # type: ignore[arg-type]


def test_archives_bear_no_present_moment() -> None:
    for form in ("docx", "xlsx"):
        with ZipFile(io.BytesIO(render(REPORT, form))) as archive:  # type: ignore[arg-type]
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
            assert b"2021-06-01T17:05:00Z" in archive.read("docProps/core.xml")


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="odt"):
        render(REPORT, "odt")  # type: ignore[arg-type]


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        Table(columns=[Column("a")], rows=[(1, 2)])


def test_pdf_says_everything() -> None:
    plain = replace(REPORT, watermark="")
    text = pdf_text(render(plain, "pdf"))
    flat = re.sub(r"\s+", "", text)
    for words in (
        "剡湖街道", "𠅤䶮㛃村", "=1+1", "12,345", "97.5%", "0.1%", "12,355", "第42期", "2021年6月1日", "合计",
        "截至2021年6月1日17:05", "数据来源：接种台账", "第1页共1页", "抄送：各村", "今日接种", "3,200", "81.9%",
    ):  # fmt: skip
        assert words in flat, words
    assert "".join(EVIL.split()) in flat
    assert "内部资料" not in flat
    assert "王" not in flat
    assert pdf_text(render(REPORT, "pdf")).count("王") == 18


def test_pdf_embeds_its_fonts_and_repeats_the_header() -> None:
    long = replace(
        REPORT,
        watermark="",
        body=[replace(PROGRESS, rows=[(f"村{n}", n, 0.5, None) for n in range(120)], marked=frozenset())],
    )
    content = render(long, "pdf")
    pages = pdf_text(content).split("\f")[:-1]
    assert len(pages) >= 3
    assert all("覆盖率" in page for page in pages[:3])
    fonts = subprocess.run(["pdffonts", "-"], input=content, capture_output=True, check=True).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(re.search(r"Noto(Sans|Serif)SC", row) and " yes yes " in row for row in rows), fonts


def test_pdf_in_english() -> None:
    text = " ".join(pdf_text(render(replace(ENGLISH, watermark=""), "pdf")).split())
    assert "As of 1 June 2021, 17:05 · Source: register" in text
    assert "Page 1 of 1" in text


def test_a_module_brings_its_own_template(tmp_path: Path) -> None:
    (tmp_path / "slip.typ").write_text(
        '#import "/base.typ": *\n#let data = json(bytes(sys.inputs.data))\n#show: paper.with(title: data.name)\n#data.name',
        encoding="utf-8",
    )
    made = compile_pdf(tmp_path / "slip.typ", {"name": EVIL}, created_at=REPORT.cut_off)
    assert "".join(EVIL.split()) in "".join(pdf_text(made).split())


def test_docx_opens_and_names_its_east_asian_font() -> None:
    document = docx.Document(io.BytesIO(render(REPORT, "docx")))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0] == "剡湖街道疫苗接种工作专班"
    assert EVIL in words
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    assert {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs} == {"宋体", "黑体"}
    assert str(document.paragraphs[0].runs[0].font.color.rgb) == "C8161D"
    table = document.tables[-1]
    assert [cell.text for cell in table.rows[2].cells] == ["𠅤䶮㛃村", "10", "0.1%", "—"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    foot = document.sections[0].footer._element.xml
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    assert "内部资料 王主任" in document.sections[0].header._element.xml


def test_docx_template_of_a_module(tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("{{ name }}")
    template.save(str(tmp_path / "t.docx"))
    made = [
        render_docx(tmp_path / "t.docx", {"name": "<w:b/> & 䶮"}, created_at=REPORT.cut_off) for _ in range(2)
    ]
    assert made[0] == made[1]
    assert docx.Document(io.BytesIO(made[0])).paragraphs[0].text == "<w:b/> & 䶮"


def test_a_sheet_is_called_by_the_heading_right_above_its_table() -> None:
    ages = replace(REPORT.tables[0], title="")
    body = (
        Paragraph("进展", heading=True),
        Paragraph("平稳。"),
        ages,
        Paragraph("分年龄", heading=True),
        ages,
    )
    book = openpyxl.load_workbook(io.BytesIO(render(replace(REPORT, body=body), "xlsx")))
    assert book.sheetnames == [REPORT.title, "分年龄"]
    words = [[row[0].value for row in sheet.iter_rows()] for sheet in book]
    assert "进展" in words[0] and "分年龄" not in words[0] and "分年龄" in words[1]


def test_xlsx_keeps_numbers_numbers_and_text_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render(REPORT, "xlsx"))).active
    assert sheet.title == "各村第一剂接种进度"
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert [cell.value for cell in rows["剡湖街道"]] == [
        "剡湖街道",
        12345,
        0.975,
        dt.datetime(2021, 6, 1, 16, 30),
    ]
    assert rows["=1+1"][0].data_type == "s"
    assert rows["合计"][1].value == 12355
    assert "剡湖街道疫苗接种工作专班" in rows
    assert EVIL in rows


def test_a_report_of_words_only() -> None:
    words = replace(REPORT, body=[Paragraph("无数据。")], figures=())
    for form in ("pdf", "docx", "xlsx"):
        assert render(words, form)  # type: ignore[arg-type]
    sheet = openpyxl.load_workbook(io.BytesIO(render(words, "xlsx"))).active
    assert "无数据。" in [row[0].value for row in sheet.iter_rows()]


@pytest.mark.parametrize(
    ("value", "kind", "digits", "zh"),
    [
        (None, "integer", 0, "—"), (1234567, "integer", 0, "1,234,567"), (0.125, "percent", 0, "13%"),
        (0.8194, "percent", 2, "81.94%"), (2.5, "integer", 0, "3"), (Decimal("2.345"), "decimal", 2, "2.35"),
        (True, "text", 0, "是"), (dt.date(2021, 6, 1), "date", 0, "2021-06-01"), (42, "text", 0, "42"),
        (dt.datetime(2021, 6, 1, 9, 5), "moment", 0, "2021-06-01 09:05"), (-0.5, "percent", 1, "-50.0%"),
    ],
)  # fmt: skip
def test_written(value: object, kind: str, digits: int, zh: str) -> None:
    assert wording.written(value, kind, digits, "zh-hans") == zh  # type: ignore[arg-type]


def test_both_languages_have_the_same_words() -> None:
    words = wording._words()
    assert set(words["zh-hans"]) == set(words["en"])


def test_a_code_is_clean_svg_of_known_size() -> None:
    svg = qr.svg("https://example.org/剡湖", size_mm=30)
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["width"].endswith("mm")
    assert round(float(root.attrib["width"][:-2]), 2) == 30.0
    assert "style" not in svg
    assert "script" not in svg
    assert qr.svg("x") == qr.svg("x")
