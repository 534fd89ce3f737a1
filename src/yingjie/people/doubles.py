"""People who may stand twice in the ledger (重复记录): found inside it, and asked about in the review queue one pair at a time.

    those without a document     each beside everybody who has one, as a line of a roster would be
    the same in all but number   one name, sex and birth date in one village: a number mistyped, or nobody's number known

A pair is asked about once, whatever was answered. Nothing is merged here.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import polars as pl
from django.db import transaction

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.people import ledger_frame, roster_writing
from yingjie.people.models import Doubt
from yingjie.people.roster import judging

Progress = Callable[[int, int], None]
Pair = tuple[str, str]
VILLAGE_DIGITS = 12
MOST_OF_ONE_NAME = 6
"""Of more people alike than this, a register is wrong as a whole; nobody can answer so many questions about one name."""
_STEPS = 4


@transaction.atomic
def look_for_doubles(*, by: Actor, area_code: str, progress: Progress = lambda done, total: None) -> int:
    """Ask about pairs of people of an area who may be one. Returns how many new questions there are. Raises NotFound."""
    by.require("people.import")
    if areas.open_area(by, area_code, "people.import") is None:
        raise NotFound()
    progress(0, _STEPS)
    everybody = ledger_frame.of_area(area_code).filter(pl.col("left_on").is_null())
    progress(1, _STEPS)
    found = dict(_without_number(everybody))
    progress(2, _STEPS)
    found |= {pair: row for pair, row in _alike(everybody) if pair not in found}
    progress(3, _STEPS)
    asked = _asked(area_code)
    fresh = {pair: row for pair, row in found.items() if pair not in asked}
    made = Doubt.objects.bulk_create(
        [_doubt(pair, *row) for pair, row in sorted(fresh.items())], ignore_conflicts=True, batch_size=1000
    )
    facts = {"found": len(made)}
    record(
        by=by, verb="people.look_for_doubles", subject=("area", area_code), area_code=area_code, facts=facts
    )
    progress(_STEPS, _STEPS)
    return len(made)


def _without_number(everybody: pl.DataFrame) -> Iterator[tuple[Pair, tuple[str, float]]]:
    """Those without a document beside all others."""
    bare = everybody.filter(pl.col("was_key").is_null())
    known = everybody.filter(pl.col("was_key").is_not_null())
    if not bare.height or not known.height:
        return
    lines = bare.with_row_index("line").select(
        "line", own="person", name="was_name", sex="was_sex", birth_on="was_birth", address="was_address", area="was_area",
        household="was_household", keys=pl.col("was_phones").str.split(" "), document=pl.lit(None, pl.String),
        written=pl.lit(None, pl.String), key=pl.lit(None, pl.String), is_entry=pl.lit(True),
    )  # fmt: skip
    found = judging.matched(lines, known, ledger_frame.numbers_of, roster_writing.keys_of)
    for row in found.filter(pl.col("verdict") != "new").iter_rows(named=True):
        yield _pair(row["own"], row["person"]), (row["area"], float(row["probability"] or 0.0))


def _alike(everybody: pl.DataFrame) -> Iterator[tuple[Pair, tuple[str, float]]]:
    """One name, sex and birth date in one village."""
    village = pl.col("was_area").str.slice(0, VILLAGE_DIGITS)
    groups = (
        everybody.with_columns(village=village)
        .group_by("village", "was_name", "was_sex", "was_birth")
        .agg("person", area=pl.col("was_area").first())
        .filter(pl.col("person").list.len().is_between(2, MOST_OF_ONE_NAME))
    )
    for people, area in groups.select("person", "area").iter_rows():
        for one, other in combinations(people, 2):
            yield _pair(one, other), (area, 0.0)


def _asked(area_code: str) -> set[Pair]:
    rows = Doubt.objects.unscoped("of an area of the actor's").filter(
        kind="pair", area__code__startswith=area_code
    )
    return {_pair(str(one), str(other)) for one, other in rows.values_list("person_id", "other_id")}


def _doubt(pair: Pair, area: str, score: float) -> Doubt:
    """The older record is shown as the one that the ledger knows."""
    told: dict[str, Any] = {"person_id": pair[0], "other_id": pair[1], "key": ":".join(pair)}
    return Doubt(kind="pair", area_id=area, score=score, found_at=clock.now(), **told)


def _pair(one: str, other: str) -> Pair:
    first, second = sorted((one, other))
    return first, second
