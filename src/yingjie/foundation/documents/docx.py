"""Word files: a report in the red-heading layout, and templates of modules filled with data.

The report is built piece by piece; there is no binary template to keep. Every run names its East Asian font, or Word
falls back to one that lacks the rare characters of names. The same report gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate

from ..tabular.writing import display_width
from . import wording
from .report import Paragraph, Report, Table

# What Word and WPS of a government office have; others substitute by the same names.
SERIF, SANS, LATIN = "宋体", "黑体", "Times New Roman"
RED, INK, GREY = RGBColor(0xC8, 0x16, 0x1D), RGBColor(0x1F, 0x1F, 0x1F), RGBColor(0x6B, 0x6B, 0x6B)
_PLACES = {
    "start": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "end": WD_ALIGN_PARAGRAPH.RIGHT,
}
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def render_docx(template: Path, context: dict[str, Any], *, created_at: datetime) -> bytes:
    """A Word template of a module filled with `context`; markup in the data is printed, not obeyed."""
    document = DocxTemplate(str(template))
    document.render(context, autoescape=True)
    _date(document.docx.core_properties, created_at)
    out = io.BytesIO()
    document.save(out)
    return _reproducible(out.getvalue())


def report_docx(report: Report) -> bytes:
    """A report as DOCX."""
    document = docx.Document()
    _page(document, report)
    _head(document, report)
    for part in report.body:
        if isinstance(part, Table):
            _table(document, part, report)
        else:
            _paragraph(document, part, report)
    _close(document, report)
    properties = document.core_properties
    properties.title, properties.author = report.title, report.organisation
    properties.last_modified_by, properties.comments = report.organisation, ""
    properties.language = "zh-CN" if report.language == "zh-hans" else "en-GB"
    _date(properties, report.made_at)
    out = io.BytesIO()
    document.save(out)
    return _reproducible(out.getvalue())


def _date(properties: Any, created_at: datetime) -> None:
    moment = created_at.replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = moment
    properties.last_printed, properties.revision = moment, 1


def _reproducible(content: bytes) -> bytes:
    """The same archive with fixed dates and a fixed order."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, source.read(name))
    return out.getvalue()


def _run(
    paragraph: Any,
    text: str,
    *,
    size: float = 12,
    font: str = SERIF,
    colour: RGBColor = INK,
    bold: bool = False,
) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold, run.font.color.rgb = LATIN, Pt(size), bold, colour
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _place(
    paragraph: Any, align: str = "start", *, before: float = 0, after: float = 0, line: float = 1.0
) -> Any:
    paragraph.alignment = _PLACES[align]
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line
    return paragraph


def _rule(paragraph: Any, side: str, *, size: int, style: str = "single", colour: str = "C8161D") -> None:
    borders = OxmlElement("w:pBdr")
    border = OxmlElement(f"w:{side}")
    for name, value in (("val", style), ("sz", str(size)), ("space", "4"), ("color", colour)):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    properties = paragraph._p.get_or_add_pPr()
    # The schema wants the borders before spacing, indent and justification.
    later = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(borders, *later)


def _page(document: Any, report: Report) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SERIF)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if wording.is_wide(report):
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin, section.right_margin = Mm(24), Mm(22)
    section.top_margin, section.bottom_margin = Mm(25), Mm(24)
    foot = _place(section.footer.paragraphs[0])
    foot.paragraph_format.tab_stops.clear_all()
    _tab_at_right(foot, section)
    _rule(foot, "top", size=4, colour="C9C9C9")
    _run(foot, wording.foot(report) + "\t", size=8, font=SANS, colour=GREY)
    before, between, after = wording.say(report.language, "page", page="\0", pages="\0").split("\0")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _run(foot, words, size=8, font=SANS, colour=GREY)
        if field:
            _field(_run(foot, "", size=8, font=SANS, colour=GREY), field)
    if report.watermark:
        _watermark(section.header.paragraphs[0], report.watermark)


def _tab_at_right(paragraph: Any, section: Any) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT

    inner = section.page_width - section.left_margin - section.right_margin
    paragraph.paragraph_format.tab_stops.add_tab_stop(inner, WD_TAB_ALIGNMENT.RIGHT)


def _field(run: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("shown", "1"), ("end", "")):
        if kind in ("begin", "separate", "end"):
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:t" if kind else "w:instrText")
            element.text = text
        run._element.append(element)


def _watermark(paragraph: Any, words: str) -> None:
    """The pale slanted text Word itself makes for a watermark; the words are set as an attribute, never parsed."""
    picture = parse_xml(
        f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="watermark" type="#_x0000_t136" fillcolor="#d9d9d9" stroked="f" '
        'style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:36pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin"><v:fill opacity=".5"/>'
        '<v:textpath style="font-size:1pt"/></v:shape></w:pict>'
    )
    textpath = picture[-1][-1]
    textpath.set("string", words)
    textpath.set("style", f'font-family:"{SANS}";font-size:1pt')
    paragraph.add_run()._element.append(picture)


def _head(document: Any, report: Report) -> None:
    width = display_width(report.organisation)
    size = max(15.0, min(30.0, 880.0 / max(width, 1)))
    _run(
        _place(document.add_paragraph(), "center", before=4, after=14),
        report.organisation, size=round(size), colour=RED, bold=True,
    )  # fmt: skip
    line = _place(document.add_paragraph(), after=18)
    _tab_at_right(line, document.sections[0])
    _run(line, f"{report.number}\t{wording.written_date(report.issued_on, report.language)}")
    _rule(line, "bottom", size=18, style="thickThinSmallGap")
    _run(_place(document.add_paragraph(), "center", after=6), report.title, size=20, bold=True)
    if report.subtitle:
        _run(_place(document.add_paragraph(), "center", after=6), report.subtitle, colour=GREY)
    if report.figures:
        _figures(document, report)


def _figures(document: Any, report: Report) -> None:
    strip = document.add_table(rows=1, cols=len(report.figures))
    strip.alignment = WD_TABLE_ALIGNMENT.CENTER
    _borders(
        strip, top=("single", 8, "C8161D"), bottom=("single", 8, "C8161D"), insideV=("single", 4, "C9C9C9")
    )
    for cell, figure in zip(strip.rows[0].cells, report.figures, strict=True):
        _run(_place(cell.paragraphs[0], "center", before=4), figure.label, size=9, font=SANS, colour=GREY)
        value = _place(cell.add_paragraph(), "center", after=4)
        _run(
            value, wording.written_figure(figure, report.language), size=17, font=SANS, colour=RED, bold=True
        )
        if figure.unit:
            _run(value, f" {figure.unit}", size=8.5, font=SANS, colour=GREY)
    _place(document.add_paragraph(), after=0)


def _paragraph(document: Any, part: Paragraph, report: Report) -> None:
    paragraph = document.add_paragraph()
    if part.heading:
        _place(paragraph, before=10, after=6)
        paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, part.text, size=13, font=SANS, bold=True)
        return
    _place(paragraph, after=4, line=1.5)
    if report.language == "zh-hans":
        paragraph.paragraph_format.first_line_indent = Pt(24)
    _run(paragraph, part.text)


def _table(document: Any, part: Table, report: Report) -> None:
    count = len(part.columns)
    size = 10 if count <= 7 else 9 if count <= 10 else 8 if count <= 14 else 7
    if part.title:
        title = _place(document.add_paragraph(), "center", before=10, after=5)
        title.paragraph_format.keep_with_next = True
        _run(title, part.title, size=11.5, font=SANS, bold=True)
    grid = document.add_table(rows=0, cols=count)
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    thin = ("single", 4, "C9C9C9")
    _borders(grid, top=("single", 10, "C8161D"), bottom=("single", 10, "C8161D"), insideH=thin, insideV=thin)
    widths = _widths(document.sections[0], part, report)
    places = [wording.alignment(column) for column in part.columns]
    _row(
        grid,
        [c.label for c in part.columns],
        ["center"] * count,
        widths,
        size,
        bold=True,
        fill="F9E9E7",
        header=True,
    )
    for index, row in enumerate(part.rows):
        fill = "FFF3CF" if index in part.marked else "FAFAFA" if index % 2 else ""
        _row(grid, wording.written_row(part, row, report.language), places, widths, size, fill=fill)
    if part.totals is not None:
        cells = wording.written_row(part, part.totals, report.language)
        _row(grid, cells, places, widths, size, bold=True, fill="F1F1F1")
    note = _place(document.add_paragraph(), before=3, after=6)
    _run(note, part.note, size=8.5, font=SANS, colour=GREY)


def _widths(section: Any, part: Table, report: Report) -> list[int]:
    inner = section.page_width - section.left_margin - section.right_margin
    shares = wording.weights(part, report.language)
    return [int(inner * share / sum(shares)) for share in shares]


def _row(
    grid: Any,
    texts: Sequence[str],
    places: Sequence[str],
    widths: Sequence[int],
    size: float,
    *,
    bold: bool = False,
    fill: str = "",
    header: bool = False,
) -> None:
    row = grid.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, text, place, width in zip(row.cells, texts, places, widths, strict=True):
        cell.width = width
        _run(
            _place(cell.paragraphs[0], place, before=2, after=2),
            text,
            size=size,
            font=SANS if bold else SERIF,
            bold=bold,
        )
        if fill:
            shade = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
                shade.set(qn(f"w:{name}"), value)
            cell._tc.get_or_add_tcPr().append(shade)


def _borders(grid: Any, **sides: tuple[str, int, str]) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if side in sides:
            style, size, colour = sides[side]
            border = OxmlElement(f"w:{side}")
            for name, value in (("val", style), ("sz", str(size)), ("space", "0"), ("color", colour)):
                border.set(qn(f"w:{name}"), value)
            borders.append(border)
    properties = grid._tbl.tblPr
    following = properties.find(qn("w:tblLayout"))
    if following is None:
        following = properties.find(qn("w:tblLook"))
    if following is None:
        properties.append(borders)
    else:
        following.addprevious(borders)


def _close(document: Any, report: Report) -> None:
    for index, words in enumerate(
        (report.signature or report.organisation, wording.written_date(report.issued_on, report.language))
    ):
        line = _place(document.add_paragraph(), "end", before=0 if index else 24, after=4)
        line.paragraph_format.right_indent = Pt(24)
        line.paragraph_format.keep_with_next = index == 0
        _run(line, words)
    if report.recipients:
        words = wording.say(report.language, "recipients", recipients=report.recipients)
        line = _place(document.add_paragraph(), before=24)
        _rule(line, "top", size=6, colour="1F1F1F")
        _run(line, words, size=11)
