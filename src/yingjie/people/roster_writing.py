"""What a commit writes into the ledger. Called by `imports` alone, which has locked the roster. Sets of rows throughout."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.crypto.fields import blind_indexes
from yingjie.people import (
    bulk_loading,
    changes,
    ledger_frame,
    restating,
    roster_batches,
    roster_claims,
    roster_numbers,
    spans,
)
from yingjie.people.loading import KIND
from yingjie.people.models import FATES, LedgerSource, Person, RosterImport, RosterPage, RosterRow, Stay
from yingjie.people.roster import judging
from yingjie.people.roster.believing import FIELDS
from yingjie.people.roster.columnar import SCHEMA
from yingjie.people.roster.pages import opened, pressed

Progress = Callable[..., None]
LOCKED = "people of a roster that is locked by whoever was authorised for it"
PUT_BACK = (
    "left_on",
    "left_as",
    "name",
    "pinyin",
    "address",
    "household_id",
    "household_role",
    "area_id",
    "moved_in_on",
    "has_stays",
    "origins",
    "birth_on",
    "sex",
    "without_document",
)
"""The columns of a person that a roster changes, and an undo puts back."""
_READ = ["line", "person", "name", "document", "kind", "sex", "birth_on", "area", "address", "phones", "owners", "keys", "key",
         "household", "role", "moved_in_on", "fate", "why", "open", "said", "written", "weight", "is_entry"]  # fmt: skip


def write(roster: RosterImport, source: LedgerSource, progress: Progress | None) -> dict[str, int]:
    """Load the new lines and apply the changed ones. A line whose number came into the ledger meanwhile is judged anew, and so are
    all that change somebody: against the ledger of this moment, whose rows are locked. Returns how many numbers, birth dates and
    sexes of known people it brought."""
    total = roster.counts.get("new", 0) + roster.counts.get("changed", 0)
    new = _lines(roster, "new", ["line", "person", "key", "area"])
    now = current_areas(new["area"].unique().to_list())
    lost = bulk_loading.claim(new.filter(pl.col("key").is_not_null()))
    done = 0
    batches = roster_batches.of_new(roster, lost["person"].to_list())
    for rows in roster_batches.made_ahead(_moved_on(frame, now) for frame in batches):
        bulk_loading.enter_rows(rows, source=f"import {roster.pk}"[:80], origin=source.pk)
        done += rows.people.height
        if progress:
            progress(done, total)
    brought = _change(roster, source, lost)
    if progress:
        progress(total, total)
    return brought


def fates_of(roster: RosterImport) -> dict[str, int]:
    """How many lines have which fate, by the pages."""
    counts = dict.fromkeys(FATES, 0)
    rows = RosterPage.objects.unscoped("of a locked roster").filter(roster_id=roster.pk)
    for of_page in rows.values_list("counts", flat=True):
        for fate, count in of_page.items():
            counts[fate] += count
    return counts


def new_lines(roster: RosterImport) -> pl.DataFrame:
    """The lines whose people a roster brought."""
    columns = ["person", "name", "area", "address", "role", "household", "keys", "key"]
    return _lines(roster, "new", columns)


def _lines(roster: RosterImport, fate: str, columns: list[str]) -> pl.DataFrame:
    """The lines of a fate, some of their columns."""
    frames = [
        opened(page.content, list({*columns, "fate"})).filter(pl.col("fate") == fate).select(columns)
        for page in roster_batches.pages_with(roster, fate)
    ]
    return (
        pl.concat(frames)
        if frames
        else pl.DataFrame(schema={name: {**SCHEMA, **judging.SCHEMA}[name] for name in columns})
    )


def current_areas(codes: list[str]) -> dict[str, str]:
    """Areas that were merged since the review → those that took their place."""
    found = areas.current({code for code in codes if code})
    return {code: now for code, now in found.items() if code != now}


def _moved_on(frame: pl.DataFrame, now: dict[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.col("area").replace(list(now), list(now.values()))) if now else frame


def _change(roster: RosterImport, source: LedgerSource, lost: pl.DataFrame) -> dict[str, int]:
    """Judge the changed lines, and the new ones whose number somebody has by now, against the ledger of this moment; apply them."""
    known = _lines(roster, "changed", _READ) if roster.counts.get("changed") else None
    parts = [known.with_columns(verdict=pl.lit("same"))] if known is not None and known.height else []
    if lost.height:
        came = _lines(roster, "new", _READ).filter(pl.col("person").is_in(lost["person"].implode()))
        owners = lost.select(mine="person", owner="owner")
        came = came.join(owners, left_on="person", right_on="mine", how="left", maintain_order="left")
        parts.append(
            came.with_columns(person="owner", verdict=pl.lit(None, pl.String)).select(*_READ, "verdict")
        )
    if not parts:
        return {}
    lines = pl.concat(parts, how="vertical_relaxed")
    lines = _moved_on(lines, current_areas(lines["area"].unique().to_list()))
    ids = sorted(set(lines["person"].drop_nulls().to_list()))
    lock(ids)
    ledger = ledger_frame.of_people(ids)
    verdicts = _verdicts(lines, ledger, roster)
    theirs = roster_numbers.already_theirs(verdicts)
    while not roster_numbers.claim(verdicts.filter(pl.col("fate") == "changed")):
        verdicts = _verdicts(lines, ledger, roster)
    changed = verdicts.filter(pl.col("fate") == "changed")
    _apply(roster, changed, source, theirs)
    _rewrite(roster, verdicts)
    changing = judging.changing()
    counts = {
        name: int(changed.select(changing[name].sum()).item()) for name in ("number", "birth_on", "sex")
    }
    return {name: count for name, count in counts.items() if count}


def lock(ids: list[str]) -> None:
    """In the order of ids, as every other writer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE", [ids]
        )


def _verdicts(lines: pl.DataFrame, ledger: pl.DataFrame, roster: RosterImport) -> pl.DataFrame:
    """The lines with their fates as they are now."""
    area_code = roster.area_id
    came = lines.filter(pl.col("verdict").is_null())
    known = lines.filter(pl.col("verdict").is_not_null())
    inside = ledger.filter(pl.col("was_area").str.starts_with(area_code))
    if came.height:
        again = judging.matched(
            came.drop("person", "verdict", "why"), inside, ledger_frame.numbers_of, keys_of
        )
        owner = came.select("line", owner="person")
        again = again.join(owner, on="line", how="left", maintain_order="left").with_columns(
            person=pl.coalesce("person", "owner")
        )
        known = pl.concat([known, again.select(known.columns)], how="vertical_relaxed")
    inside_ids = inside["person"].implode()
    known = known.with_columns(
        first=pl.lit(None, pl.UInt32), probability=pl.lit(None, pl.Float32), said=pl.lit(None, pl.String)
    )
    is_away = ~pl.col("person").is_in(inside_ids)
    away = dict.fromkeys(known.filter(is_away & pl.col("key").is_not_null())["key"].to_list(), "")
    known = known.with_columns(verdict=pl.when(is_away).then(pl.lit("new")).otherwise("verdict"))
    believed = roster_claims.believed(roster, ledger)
    return judging.judged(known, ledger, away, area_code, None, believed, roster_numbers.beside)


def _apply(roster: RosterImport, lines: pl.DataFrame, source: LedgerSource, theirs: set[str]) -> None:
    """Put what the lines say into their people. What was there before is kept per line, for an undo."""
    if not lines.height:
        return
    _remember(roster, lines, apply_lines(lines, source, theirs))


def apply_lines(
    lines: pl.DataFrame, source: LedgerSource, theirs: Iterable[str] = ()
) -> dict[str, dict[str, Any]]:
    """Put what changed lines of a source say into their people, who are locked; the numbers they bring are claimed, `theirs`
    of them were before. Returns what was there before, per person."""
    before = held(lines["person"].to_list())
    phones = _fresh_phones(lines)
    ids = bulk_loading.enter_phones(phones) if phones.height else []
    for person, phone_id in zip(phones["person"].to_list(), ids, strict=True):
        before[person].setdefault("phones_added", []).append(phone_id)
    roster_claims.write(lines, source, before)
    roster_numbers.write(lines, before, theirs)
    _update(lines, source.pk)
    _move(lines, before)
    changing = judging.changing()
    derived = lines.filter(changing["birth_on"] | changing["sex"])["person"].to_list()
    changes.told([UUID(person) for person in derived])
    return before


def held(people: list[str]) -> dict[str, dict[str, Any]]:
    """What the ledger holds of some people in the columns that a roster changes: person → column → value."""
    told = ", ".join(f"'{column}', {column}" for column in PUT_BACK)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id::text, jsonb_build_object({told})::text FROM people_person WHERE id = ANY(%s::uuid[])",
            [people],
        )
        return {person: json.loads(columns) for person, columns in cursor.fetchall()}


def _move(lines: pl.DataFrame, before: dict[str, dict[str, Any]]) -> None:
    """Whoever lives elsewhere by the roster lives there from today; until then they counted where they were (decision 0007).
    Another birth date holds for the whole time. Most have never moved: theirs are written as a set, the same rows that `restating`
    writes for one."""
    changing = judging.changing()
    moves = lines.filter(changing["area"] | changing["birth_on"]).select(
        "person", area=pl.when(changing["area"]).then("area"), birth_on=pl.when(changing["birth_on"]).then("birth_on")
    )  # fmt: skip
    if not moves.height:
        return
    people = Person.objects.unscoped(LOCKED).in_bulk([UUID(each) for each in moves["person"].to_list()])
    today, now = clock.today(), clock.now()
    settled = {pk for pk, person in people.items() if not person.has_stays and _begins(person) < today}
    is_settled = pl.col("birth_on").is_null() & pl.Series(
        [UUID(person) in settled for person in moves["person"].to_list()], dtype=pl.Boolean
    )
    plainly, others = moves.filter(is_settled).drop("birth_on"), moves.filter(~is_settled)
    if plainly.height:
        with (
            bulk_loading.temporary("roster_moves", {"person": "uuid", "area": "text"}, plainly),
            connection.cursor() as cursor,
        ):
            cursor.execute(_STAYS, {"today": today, "now": now})
            cursor.execute(
                "UPDATE people_person p SET area_id = m.area, moved_in_on = %s, has_stays = true"
                " FROM roster_moves m WHERE p.id = m.person",
                [today],
            )
    # The rows in memory are those before the update: what a move restates are the days, not the names.
    rest = [(people[UUID(person)], area, birth_on) for person, area, birth_on in others.iter_rows()]
    for person_id, of_person in _stays([row[0].pk for row in rest if row[0].has_stays]).items():
        before[person_id]["stays"] = of_person
    known = restating.spans_of_many([row[0] for row in rest]) if rest else {}
    restating.restate([(row[0], _spans_now(known[row[0].pk], row[1], row[2], today)) for row in rest], at=now)


def _spans_now(known: spans.Spans, area: str | None, birth_on: date | None, today: date) -> spans.Spans:
    if birth_on is not None:
        known = spans.born_on(known, birth_on)
    return known if area is None else spans.moved(known, area, max(today, known[-1].begins))


_STAYS = """
INSERT INTO people_stay (id, person_id, area_id, from_on, until_on, birth_on, ended_by, recorded_at, retracted_at)
SELECT gen_random_uuid(), p.id, s.area, s.from_on, s.until_on, p.birth_on, s.ended_by, s.recorded_at, s.retracted_at
FROM roster_moves m JOIN people_person p ON p.id = m.person CROSS JOIN LATERAL (VALUES
    (p.area_id, p.moved_in_on, NULL::date, '', p.entered_at, %(now)s::timestamptz),
    (p.area_id, p.moved_in_on, %(today)s::date, 'moved', %(now)s::timestamptz, NULL),
    (m.area, %(today)s::date, NULL, '', %(now)s::timestamptz, NULL)
) AS s (area, from_on, until_on, ended_by, recorded_at, retracted_at)
"""


def _begins(person: Person) -> date:
    return max(person.moved_in_on or person.birth_on, person.birth_on)


def _stays(people: list[UUID]) -> dict[str, dict[str, str | None]]:
    """The stays of some people before they are restated: id → when it was retracted."""
    found: dict[str, dict[str, str | None]] = {}
    rows = Stay.objects.unscoped(LOCKED).filter(person_id__in=people)
    for person_id, stay_id, retracted_at in rows.values_list("person_id", "id", "retracted_at"):
        found.setdefault(str(person_id), {})[str(stay_id)] = (
            retracted_at.isoformat() if retracted_at else None
        )
    return found


def _update(lines: pl.DataFrame, source: int) -> None:
    """One UPDATE of the rows that differ."""
    changing = judging.changing()
    told = lines.with_columns(
        pinyin=pl.when(changing["name"]).then(bulk_loading.readings(lines["name"])),
        **{name: pl.when(changing[name]).then(name) for name in ("name", "address", "role", "household", "sex")},
        has_document=changing["number"].fill_null(False),
        origins=_origins(lines, source),
    )  # fmt: skip
    columns = {
        "person": "uuid", "name": "text", "pinyin": "text", "address": "text", "role": "text", "household": "uuid",
        "sex": "text", "has_document": "boolean", "origins": "jsonb",
    }  # fmt: skip
    with (
        bulk_loading.temporary("roster_changes", columns, told.select(list(columns))),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE people_person p SET name = coalesce(c.name, p.name), pinyin = coalesce(c.pinyin, p.pinyin),"
            " address = coalesce(c.address, p.address),"
            " household_role = coalesce(c.role, p.household_role), household_id = coalesce(c.household, p.household_id),"
            " sex = coalesce(c.sex, p.sex), without_document = CASE WHEN c.has_document THEN '' ELSE p.without_document END,"
            " origins = p.origins || c.origins FROM roster_changes c WHERE p.id = c.person"
        )


def _origins(lines: pl.DataFrame, source: int) -> pl.Series:
    """Per line the fields that come from this source now, as JSON."""
    said = lines.select(**judging.changing())
    return pl.Series(
        [
            json.dumps({FIELDS[name]: source for name, is_new in row.items() if is_new})
            for row in said.iter_rows(named=True)
        ],
        dtype=pl.String,
    )


def _fresh_phones(lines: pl.DataFrame) -> pl.DataFrame:
    """The phones that the people of the lines did not have, in the order after theirs."""
    was = lines.select("person", was=pl.col("was_phones").str.split(" ").fill_null([]))
    phones = bulk_loading.phones_of(lines.select("person", "phones", "keys", "owners")).join(
        was, on="person", how="left", maintain_order="left"
    )
    fresh = phones.filter(~pl.col("key").is_in("was"))
    return fresh.with_columns(
        order=pl.col("was").list.len().cast(pl.Int64) + pl.int_range(pl.len()).over("person") + 1
    ).drop("was")


def _remember(roster: RosterImport, lines: pl.DataFrame, before: dict[str, dict[str, Any]]) -> None:
    """One row per changed line: what was there, and what is there now."""
    after = held(lines["person"].to_list())
    kept = [
        json.dumps({**before[person], "after": after[person]}, ensure_ascii=False)
        for person in lines["person"].to_list()
    ]
    bulk_loading.copy_frame(
        RosterRow,
        lines.select(
            number="line", person_id="person", before=pl.Series(kept, dtype=pl.String),
            id=pl.Series(bulk_loading.uuid7s(lines.height), dtype=pl.String),
        ),
        {"roster_id": roster.pk, "fate": "changed"},
    )  # fmt: skip


def _rewrite(roster: RosterImport, verdicts: pl.DataFrame) -> None:
    """The pages in which a line has another fate by now."""
    told = verdicts.select("line", now_fate="fate", now_person="person", now_judged="judged")
    for page in (
        RosterPage.objects.unscoped("of a locked roster")
        .filter(roster_id=roster.pk)
        .order_by("order")
        .iterator(chunk_size=4)
    ):
        if not (page.counts.get("new") or page.counts.get("changed")):
            continue
        frame = opened(page.content)
        again = frame.join(told, on="line", how="left", maintain_order="left")
        differs = (again["now_fate"] != again["fate"]).fill_null(False)
        if not differs.any():
            continue
        is_told = pl.col("now_fate").is_not_null()
        again = again.with_columns(
            fate=pl.when(is_told).then("now_fate").otherwise("fate"),
            person=pl.when(is_told).then("now_person").otherwise("person"),
            judged=pl.when(is_told).then("now_judged").otherwise("judged"),
        ).select(frame.columns)  # fmt: skip
        page.content, page.counts = pressed(again), counts_of(again)
        page.save(update_fields=["content", "counts"])


def counts_of(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.group_by("fate").len().iter_rows())


def keys_of(numbers: Any) -> list[bytes]:
    """The look-up keys of resident numbers as `vaxkit.identity.matching` wants them."""
    return [bytes.fromhex(index) for index in blind_indexes(numbers, KIND)]
