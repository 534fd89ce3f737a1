"""QR codes as SVG, sized in millimetres so that they print at a known size."""

from __future__ import annotations

import io

import segno


def svg(text: str, *, size_mm: float = 25.0, title: str = "", error: str = "m") -> str:
    """An inline SVG of the code for `text` with its quiet zone. `error` is the correction level: l, m, q or h.

    Carries no style and no script, so a page with a strict content security policy may contain it.
    """
    code = segno.make(text, error=error, micro=False, boost_error=False)
    modules = code.symbol_size(border=4)[0]
    out = io.BytesIO()
    code.save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, unit="mm", scale=round(size_mm / modules, 6),
        title=title or None, light="#ffffff", nl=False, omitsize=False,
    )  # fmt: skip
    return out.getvalue().decode("utf-8")
