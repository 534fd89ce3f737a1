"""A file that comes again: where nothing has changed since, neither it nor the ledger is read, and every line has its fate at once.

The ledger of an area has a fingerprint: a sum over its people, documents, phones, claims, corrections and names of places. A roster
keeps that against which it was judged (`judged_on`) and that which its commit left (`left_as`), beside what was asked of its file.
"""

from typing import Any

import polars as pl
from django.db import connection

from yingjie.people import bulk_loading
from yingjie.people.models import FATES, RosterImport, RosterPage
from yingjie.people.roster.pages import opened, pressed

_LOCKED = "of the area whose roster is being read by whoever may import there"
_NEWEST = 5
RULES = 3
"""To be raised when lines are read or judged otherwise than before: what was judged by the former rules is judged anew."""
_SUM = "count(*)::text || '.' || coalesce(sum(hashtextextended({row}, 0)), 0)::text"
_HERE = "JOIN people_person p ON p.id = t.person_id WHERE p.area_id LIKE %(below)s"
_PARTS = (
    f"SELECT {_SUM.format(row='p::text')} FROM people_person p WHERE p.area_id LIKE %(below)s",
    f"SELECT {_SUM.format(row='t.person_id::text || t.number_index')} FROM people_identitydocument t {_HERE}",
    f"SELECT {_SUM.format(row='t.person_id::text || t.number_index || t.order')} FROM people_phone t {_HERE}",
    f"SELECT {_SUM.format(row='t.id::text || t.chosen')} FROM people_claim t {_HERE}",
    f"SELECT {_SUM.format(row='t.id::text || coalesce(t.undone_at::text, chr(32))')} FROM people_personchange t {_HERE}",
    f"SELECT {_SUM.format(row='a.code || a.name || coalesce(a.closed_on::text, chr(32))')} FROM areas_area a"
    " WHERE a.code LIKE left(%(below)s, 6) || '%%'",
    f"SELECT {_SUM.format(row='n.area_id || n.name')} FROM areas_areaname n WHERE n.area_id LIKE left(%(below)s, 6) || '%%'",
)


def fingerprint(area_code: str) -> str:
    """What the ledger of an area holds, in short: another text as soon as anything that judges lines is different."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({part})" for part in _PARTS), {"below": f"{area_code}%"})
        return " ".join(cursor.fetchone())


def asked(sheet: str, mapping: Any) -> dict[str, Any]:
    """What was asked of a file, beside its content, and by which rules it is read and judged."""
    return {"sheet": sheet, "mapping": dict(mapping) if mapping else None, "rules": RULES}


def found(roster: RosterImport, wanted: dict[str, Any], *, any_kind: bool) -> tuple[RosterImport | None, str]:
    """The roster of the same file that says what this one will be judged like, and the ledger's fingerprint ("" where none is like
    it and nothing was summed). `any_kind`: nobody has said what the list is."""
    rows = RosterImport.objects.unscoped(_LOCKED).filter(
        area_id=roster.area_id, file_sha256=roster.file_sha256, state__in=("proposed", "committed")
    )
    like = [
        row for row in rows.order_by("-created_at")[:_NEWEST]
        if row.mapping.get("asked") == wanted and row.said_on == roster.said_on
        and (any_kind or row.source_kind == roster.source_kind)
        and (row.created_at.date() == roster.created_at.date() or not _has_ages(row))
    ]  # fmt: skip
    if not like:
        return None, ""
    now = fingerprint(roster.area_id)
    return next((row for row in like if _is_judged_alike(row, now)), None), now


def _is_judged_alike(row: RosterImport, now: str) -> bool:
    if row.state == "proposed" and row.mapping.get("judged_on") == now:
        return True
    wrote = row.counts.get("new", 0) + row.counts.get("changed", 0)
    if row.state != "committed" or row.mapping.get("left_as") != now:
        return False
    # Lines that somebody has to look at were judged beside the ledger before those of their own file came into it.
    return not wrote or not (row.counts.get("doubtful", 0) + row.counts.get("refused", 0))


def copied(roster: RosterImport, like: RosterImport) -> None:
    """The lines of a roster that was read before, with the fates that they have now. Sets the roster's counts."""
    loaded = like.state == "committed"
    roster.counts = dict.fromkeys(FATES, 0)
    pages = RosterPage.objects.unscoped(_LOCKED).filter(roster_id=like.pk).order_by("order")
    made = []
    for page in pages.iterator(chunk_size=4):
        content, counts = page.content, page.counts
        if loaded and (counts.get("new") or counts.get("changed")):
            frame = _now_same(opened(content))
            content, counts = pressed(frame), {"same": frame.height}
        elif counts.get("new"):
            content = pressed(_of_others(opened(content)))
        for fate, count in counts.items():
            roster.counts[fate] += count
        made.append(
            RosterPage(
                roster_id=roster.pk, order=page.order, lines=page.lines, counts=counts, content=content
            )
        )
    RosterPage.objects.bulk_create(made, batch_size=4)
    roster.counts["left_out"] = like.counts.get("left_out", 0)


def _now_same(frame: pl.DataFrame) -> pl.DataFrame:
    """Lines that all loaded: their people are in the ledger as the lines say."""
    was = [column for column in frame.columns if column.startswith("was_") or column in ("held", "number_is")]
    return frame.with_columns(
        pl.lit("same").alias("fate"), *(pl.lit(None, frame.schema[name]).alias(name) for name in was)
    )


def _of_others(frame: pl.DataFrame) -> pl.DataFrame:
    """The lines of a roster that nobody has written: the new among them are given ids of their own."""
    new = (frame["fate"] == "new").arg_true()
    ids = pl.Series(bulk_loading.uuid7s(len(new)), dtype=pl.String)
    return frame.with_columns(frame["person"].scatter(new, ids))


def _has_ages(row: RosterImport) -> bool:
    return any("age" in part["fields"] for part in row.mapping.get("parts", [row.mapping]))
