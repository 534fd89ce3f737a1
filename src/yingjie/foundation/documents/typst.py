"""PDF from typst templates. Data goes in as data (`sys.inputs`, JSON), never into the markup.

    compile_pdf("report", {...}, created_at=cut_off)          # a template of this package
    compile_pdf(Path(".../slip.typ"), {...}, created_at=…)    # a template of a module; it may import "/base.typ"

Only the two fonts of the locked font package are used, never a system font, so that a page looks the same, and is the
same bytes, on every machine.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from . import wording
from .report import Paragraph, Report, Table

TEMPLATES = Path(__file__).with_name("templates")


@cache
def _fonts() -> typst.Fonts:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def compile_pdf(template: str | Path, data: dict[str, Any], *, created_at: datetime) -> bytes:
    """The template filled with `data` as PDF.

    A template reads its data with `#let data = json(bytes(sys.inputs.data))` and may import "/base.typ"; it sees no
    other files than this package's templates. `created_at` is the date the file bears. Raises typst.TypstError.
    """
    path = template if isinstance(template, Path) else TEMPLATES / f"{template}.typ"
    compiler = typst.Compiler(
        path.read_bytes(),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    pdf = compiler.compile(format="pdf", timestamp=int(created_at.timestamp()))
    assert isinstance(pdf, bytes)
    return pdf


def report_pdf(report: Report) -> bytes:
    """A report as PDF."""
    language = report.language
    data = {
        "language": language,
        "organisation": report.organisation,
        "number": report.number,
        "title": report.title,
        "subtitle": report.subtitle,
        "issued_on": wording.written_date(report.issued_on, language),
        "signature": report.signature or report.organisation,
        "recipients": wording.say(language, "recipients", recipients=report.recipients)
        if report.recipients
        else "",
        "watermark": report.watermark,
        "foot": wording.foot(report),
        "page": wording.say(language, "page", page="{page}", pages="{pages}"),
        "wide": wording.is_wide(report),
        "figures": [
            {"label": f.label, "value": wording.written_figure(f, language), "unit": f.unit}
            for f in report.figures
        ],
        "body": [_part(part, report) for part in report.body],
    }
    return compile_pdf("report", data, created_at=report.made_at)


def _part(part: Paragraph | Table, report: Report) -> dict[str, Any]:
    if isinstance(part, Paragraph):
        return {"part": "heading" if part.heading else "paragraph", "text": part.text}
    language = report.language
    return {
        "part": "table",
        "title": part.title,
        "note": part.note,
        "columns": [
            {"label": column.label, "align": wording.alignment(column), "weight": weight}
            for column, weight in zip(part.columns, wording.weights(part, language), strict=True)
        ],
        "rows": [wording.written_row(part, row, language) for row in part.rows],
        "totals": wording.written_row(part, part.totals, language) if part.totals is not None else None,
        "marked": sorted(part.marked),
    }
