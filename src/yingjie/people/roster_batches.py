"""The lines of a roster on their way into the ledger: pages with some fate, the new lines of several together, and their rows made
while the database takes those before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import polars as pl

from yingjie.people import bulk_loading
from yingjie.people.models import RosterImport, RosterPage
from yingjie.people.roster.pages import opened

BATCH = 50_000
"""Lines entered at once."""
_ENTERED = ["fate", "person", "area", "name", "sex", "birth_on", "document", "kind", "key", "phones", "keys", "owners", "household",
            "role", "address", "moved_in_on"]  # fmt: skip


def pages_with(roster: RosterImport, fate: str) -> Iterator[RosterPage]:
    """The pages in which a line has a fate, in order."""
    rows = RosterPage.objects.unscoped("of a locked roster").filter(
        roster_id=roster.pk, **{f"counts__{fate}__gt": 0}
    )
    return rows.order_by("order").iterator(chunk_size=4)


def of_new(roster: RosterImport, gone: list[str]) -> Iterator[pl.DataFrame]:
    """The new lines, several pages at a time: every statement and its triggers look at the whole set once."""
    waiting: list[pl.DataFrame] = []
    for page in pages_with(roster, "new"):
        frame = opened(page.content, _ENTERED)
        waiting.append(frame.filter((pl.col("fate") == "new") & ~pl.col("person").is_in(gone)))
        if sum(each.height for each in waiting) >= BATCH:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def made_ahead(frames: Iterator[pl.DataFrame]) -> Iterator[bulk_loading.Rows]:
    """The rows of each frame; while the database takes some, the next are made."""
    with ThreadPoolExecutor(1) as maker:
        made = None
        for frame in frames:
            coming = maker.submit(copy_context().run, bulk_loading.rows_of, frame)
            if made is not None:
                yield made.result()
            made = coming
        if made is not None:
            yield made.result()
