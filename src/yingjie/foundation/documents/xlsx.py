"""A report as a spreadsheet: one sheet per table, with the report's head above and its text below the first."""

from __future__ import annotations

import io

from ..tabular.writing import ColumnSpec, SheetSpec, display_width, write_xlsx
from . import wording
from .report import Paragraph, Report, Table


def report_xlsx(report: Report) -> bytes:
    """A report as XLSX. Numbers stay numbers, text stays text, and the first sheet carries the words."""
    tables = report.tables
    sheets = [
        _sheet(report, table, title, first=index == 0)
        for index, (title, table) in enumerate(zip(_titles(report), tables, strict=True))
    ]
    if not tables:
        sheets = [_words_only(report)]
    out = io.BytesIO()
    write_xlsx(out, sheets, created_at=report.made_at)
    return out.getvalue()


def _titles(report: Report) -> list[str]:
    """What each table is called: its own title, or the heading right above it. The first one stands for the whole report."""
    titles: list[str] = []
    heading = ""
    for part in report.body:
        if isinstance(part, Table):
            titles.append(part.title or (heading if titles else ""))
            heading = ""
        elif part.heading:
            heading = part.text
    return titles


def _head(report: Report, table_title: str) -> list[str]:
    issued = wording.written_date(report.issued_on, report.language)
    lines = [report.organisation, report.title]
    lines.append("　".join(part for part in (report.number, issued, report.subtitle) if part))
    lines.append(wording.foot(report))
    if figures := _figures(report):
        lines.append(figures)
    if table_title and table_title != report.title:
        lines.append(table_title)
    return lines


def _figures(report: Report) -> str:
    gap = wording.say(report.language, "full_stop")
    return gap.join(
        f"{figure.label} {wording.written_figure(figure, report.language)}"
        + (f" {figure.unit}" if figure.unit else "")
        for figure in report.figures
    )


def _close(report: Report) -> list[str]:
    lines = _words(report)
    lines.append(
        f"{report.signature or report.organisation}　{wording.written_date(report.issued_on, report.language)}"
    )
    if report.recipients:
        lines.append(wording.say(report.language, "recipients", recipients=report.recipients))
    if report.watermark:
        lines.append(report.watermark)
    return lines


def _words(report: Report) -> list[str]:
    """The running text with its headings; a heading with nothing but a table under it stands over that table's sheet."""
    lines = []
    for part, after in zip(report.body, [*report.body[1:], None], strict=True):
        if isinstance(part, Paragraph) and (
            not part.heading or (isinstance(after, Paragraph) and not after.heading)
        ):
            lines.append(part.text)
    return lines


def _sheet(report: Report, table: Table, title: str, *, first: bool) -> SheetSpec:
    notes = ([table.note] if table.note else []) + (_close(report) if first else [])
    return SheetSpec(
        title=title or report.title,
        columns=[
            ColumnSpec(column.label, _width(table, index, report), column.kind, column.digits)
            for index, column in enumerate(table.columns)
        ],
        rows=table.rows,
        heading_lines=_head(report, title),
        notes=notes,
        totals=table.totals,
        marked=table.marked,
        red_heading=True,
        page_footer=wording.foot(report),
    )


def _width(table: Table, index: int, report: Report) -> float:
    column = table.columns[index]
    rows = [*table.rows[:500], *([table.totals] if table.totals is not None else [])]
    cells = (wording.written(row[index], column.kind, column.digits, report.language) for row in rows)
    longest = max((display_width(cell) for cell in cells), default=0.0)
    return min(max(longest * 1.1 + 2, display_width(column.label) * 1.1 + 4, 8.0), 48.0)


def _words_only(report: Report) -> SheetSpec:
    label = wording.say(report.language, "summary")
    return SheetSpec(
        title=report.title,
        columns=[ColumnSpec(label, 90.0)],
        rows=[[line] for line in _close(report)],
        heading_lines=_head(report, ""),
        autofilter=False,
        red_heading=True,
        page_footer=wording.foot(report),
    )
