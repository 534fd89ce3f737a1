"""A neutral report: one value that becomes a PDF, a Word file or a spreadsheet.

A module that publishes something builds a `Report` and calls `render(report, "pdf")`. It chooses the words and the
numbers; this package owns the looks (red heading, document number, tables, signature, page numbers, cut-off line).

Shapes: everything is frozen and made of plain values, so a report can be compared, frozen and rendered again years
later to the same bytes. Times are aware `datetime`s and are shown in their own zone; dates are dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Language = Literal["zh-hans", "en"]
Format = Literal["pdf", "docx", "xlsx"]
Align = Literal["start", "center", "end"]
Kind = Literal["text", "integer", "decimal", "percent", "date", "moment"]
Cell = str | int | float | Decimal | date | datetime | bool | None

MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """One column of a report table.

    `kind` decides how a value is shown: "integer" with thousands separators, "decimal" and "percent" with `digits`
    places (a percent is a fraction: 0.975 shows as 97.5%), "date" and "moment" in the report's language.
    `align` None means: text starts, everything else ends. `weight` shares out the page width (1.0 = an ordinary number
    column; a village name wants about 2.0); None means: decided from label and contents.
    """

    label: str
    kind: Kind = "text"
    digits: int = 1
    align: Align | None = None
    weight: float | None = None


@dataclass(frozen=True)
class Table:
    """A table with a header that repeats on every page.

    `rows` hold one cell per column; None is shown as an en dash. `totals`, if given, is the last row, set apart.
    `marked` are indexes of rows to be highlighted (for example the last three of a ranking).
    `note` is a small line under the table.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    totals: Sequence[Cell] | None = None
    note: str = ""
    marked: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for row in [*self.rows, *([self.totals] if self.totals is not None else [])]:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table “{self.title}”: a row has {len(row)} cells for {len(self.columns)} columns"
                )


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `heading=True` makes it a section heading (一、…)."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Figure:
    """One headline number of the strip under the title: `Figure("今日接种", 312, "剂次")`."""

    label: str
    value: Cell
    unit: str = ""
    kind: Kind = "integer"
    digits: int = 1


@dataclass(frozen=True)
class Report:
    """A document to be published.

    organisation   who issues it; stands in red at the head, e.g. "平谷区新冠病毒疫苗接种工作专班"
    title          e.g. "新冠病毒疫苗接种工作日报"
    issued_on      date in the signature and at the head (成文日期)
    cut_off        the moment up to which facts were counted (截至)
    number         document number, e.g. "第 42 期" or "京平疫苗〔2026〕42号"; empty leaves it out
    source         where the figures come from (数据来源)
    body           paragraphs and tables in reading order
    figures        up to about five headline numbers under the title
    signature      who signs, if not the organisation; "" means the organisation
    recipients     抄送 / copied to; empty leaves it out
    watermark      pale text across every page, e.g. "内部资料 王主任 2026-11-21"
    created_at     what the file says about its own creation; None means the cut-off. Never the present moment,
                   so that the same report is the same bytes.
    """

    organisation: str
    title: str
    issued_on: date
    cut_off: datetime
    source: str
    body: Sequence[Paragraph | Table] = ()
    number: str = ""
    subtitle: str = ""
    figures: Sequence[Figure] = ()
    signature: str = ""
    recipients: str = ""
    watermark: str = ""
    language: Language = "zh-hans"
    created_at: datetime | None = None

    @property
    def tables(self) -> list[Table]:
        return [part for part in self.body if isinstance(part, Table)]

    @property
    def made_at(self) -> datetime:
        return self.created_at or self.cut_off


def render(report: Report, format: Format) -> bytes:
    """The report as a file. The same report gives the same bytes, on any machine with the same locked packages.

    Raises ValueError for an unknown format.
    """
    if format == "pdf":
        from .typst import report_pdf

        return report_pdf(report)
    if format == "docx":
        from .docx import report_docx

        return report_docx(report)
    if format == "xlsx":
        from .xlsx import report_xlsx

        return report_xlsx(report)
    raise ValueError(f"unknown document format: {format!r}")
