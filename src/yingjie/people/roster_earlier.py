"""Lines that came before: a roster's lines that did not load and come again uncorrected must not load by coming alone."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from yingjie.people.models import RosterImport, RosterPage
from yingjie.people.roster.pages import opened
from yingjie.people.roster.reasons import reason, reason_text

_LOCKED = "of the area whose roster is being read by whoever may import there"
_SAID = ["name", "key", "area", "address", "role", "told_phones"]
MOST = 20


def still_contradicting(lines: pl.DataFrame, area_code: str, labels: Sequence[str]) -> pl.DataFrame:
    """The judged `lines` of a file of lines that were given back: whoever contradicted another line of their number then, and says
    the same now, is refused again. `labels` are the columns of the file they were part of."""
    before = _contradictions(area_code, list(labels))
    if before is None:
        return lines
    told = _told(lines).join(before, on=_SAID, how="left", nulls_equal=True, maintain_order="left")
    again = told["line_before"].is_not_null() & told["fate"].is_in(["new", "changed", "doubtful"])
    if not again.any():
        return lines
    words = [
        reason_text(reason("number.twice_before", line=line)) if line is not None else None
        for line in told["line_before"].to_list()
    ]
    return lines.with_columns(
        fate=pl.when(again).then(pl.lit("refused")).otherwise("fate"),
        person=pl.when(again).then(None).otherwise("person"),
        judged=pl.when(again).then(pl.Series(words, dtype=pl.String)).otherwise("judged"),
    )


def _contradictions(area_code: str, labels: list[str]) -> pl.DataFrame | None:
    found: list[pl.DataFrame] = []
    rosters = RosterImport.objects.unscoped(_LOCKED).filter(
        area_id=area_code, state__in=("proposed", "committed")
    )
    for roster in rosters.order_by("-created_at")[:MOST]:
        kept: list[Any] = roster.mapping.get("parts") or [roster.mapping]
        if not any(list(part["labels"])[: len(labels)] == labels for part in kept):
            continue
        pages = RosterPage.objects.unscoped(_LOCKED).filter(roster_id=roster.pk, counts__refused__gt=0)
        for page in pages.iterator(chunk_size=2):
            frame = opened(page.content, [*_SAID[:-1], "phones", "fate", "judged", "line"])
            twice = pl.col("judged").str.contains('"number.twice', literal=True)
            found.append(_told(frame.filter((pl.col("fate") == "refused") & twice)))
    if not found:
        return None
    return (
        pl.concat(found).select(*_SAID, line_before="line").unique(subset=_SAID, keep="first", maintain_order=True)
    )  # fmt: skip


def _told(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(told_phones=pl.col("phones").list.join(" ").fill_null(""))
