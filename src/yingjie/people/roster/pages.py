"""How lines are kept: pages of columns, pressed together, to be sealed as a whole.

A page is a frame: the cells as they came (`c0`, `c1`, … as `tabular.cells.kept` texts), what was read from them (`columnar.SCHEMA`)
and what became of them (`judging.SCHEMA`).
"""

from __future__ import annotations

import io

import polars as pl

LINES = 20_000


def pressed(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_ipc(stream, compression="zstd")
    return stream.getvalue()


def opened(content: bytes, columns: list[str] | None = None) -> pl.DataFrame:
    """The frame of a page, or some of its columns."""
    return pl.read_ipc(io.BytesIO(content), columns=columns)


def cells_of(row: dict[str, object], width: int) -> list[str | None]:
    """The cells of one row of a page."""
    return [row[f"c{at}"] for at in range(width)]  # type: ignore[misc]
