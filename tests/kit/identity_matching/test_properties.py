"""What holds for any two tables: order is irrelevant, comparing is symmetric, one pair and a million agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.identity_matching.people import FAR, HERE, NEXT, background, number, person, table

from vaxkit.identity.matching import Matches, Record, candidates, compare, explain, match

SETTINGS = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

CARDS = [
    number("19500307", "123"),
    number("19500307", "125"),
    number("19880203", "026"),
    number("20150102", "044"),
]
SLIPS = [CARDS[0][:9] + "1" + CARDS[0][10:], CARDS[2][:12] + CARDS[2][13:], CARDS[0][:6] + CARDS[0][8:17]]
RECORDS = st.builds(
    Record,
    name=st.sampled_from(["王建国", "王建果", "王健", "李秀英", "李秀", "阿卜杜拉·买买提", "阿卜杜拉", "Anna Li", ""]),
    number=st.sampled_from([None, *CARDS, *SLIPS, "H12345678", "E12345678"]),
    born_on=st.sampled_from([None, date(1950, 3, 7), date(1950, 7, 3), date(1988, 2, 3), date(2015, 1, 2)]),
    sex=st.sampled_from([None, "male", "female"]),
    phones=st.sampled_from([(), ("19900010001",), ("19900010002",), ("010-69961234", "19900010001")]),
    address=st.sampled_from([None, "第3村88号", "向阳镇第3村88号", "第3村12号"]),
    village=st.sampled_from([None, HERE, NEXT, FAR]),
)  # fmt: skip


def row(id: int, record: Record) -> dict[str, Any]:
    fields = ("number", "born_on", "sex", "address", "village")
    return person(id, record.name, **{f: getattr(record, f) for f in fields}, phones=list(record.phones))


def tables(rows: list[Record], people: list[Record]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    crowd = [{**one, "phones": [one["phones"]]} for one in background(40)]
    registry = [row(100 + at, record) for at, record in enumerate(people)]
    return [row(at, record) for at, record in enumerate(rows)], [*registry, *crowd]


def by_row(answer: Matches) -> list[tuple[Any, ...]]:
    rounded = answer.verdicts.with_columns(pl.col("probability").round(9))
    return sorted(rounded.rows())


@SETTINGS
@given(st.lists(RECORDS, min_size=1, max_size=8), st.lists(RECORDS, max_size=6), st.randoms())
def test_the_order_of_rows_and_people_never_matters(
    rows: list[Record], people: list[Record], order: Any
) -> None:
    roster, registry = tables(rows, people)
    first = by_row(match(table(*roster), table(*registry)))
    order.shuffle(roster)
    order.shuffle(registry)
    assert by_row(match(table(*roster), table(*registry))) == first


@SETTINGS
@given(st.lists(RECORDS, min_size=1, max_size=8), st.lists(RECORDS, max_size=6))
def test_matching_again_gives_the_same_answer(rows: list[Record], people: list[Record]) -> None:
    roster, registry = tables(rows, people)
    assert by_row(match(table(*roster), table(*registry))) == by_row(match(table(*roster), table(*registry)))


@SETTINGS
@given(RECORDS, RECORDS)
def test_comparing_is_symmetric(a: Record, b: Record) -> None:
    one, other = compare(a, b), compare(b, a)
    assert (one.findings, one.verdict, one.why) == (other.findings, other.verdict, other.why)
    assert one.sentence == other.sentence


@SETTINGS
@given(st.lists(RECORDS, min_size=1, max_size=6), st.lists(RECORDS, min_size=1, max_size=6))
def test_one_pair_and_a_whole_table_agree(rows: list[Record], people: list[Record]) -> None:
    roster, registry = tables(rows, people)
    answer = match(table(*roster), table(*registry))
    for id, found, *_ in answer.candidates.select("id", "person").rows():
        if found < 10_000:
            alone = compare(rows[id], people[found - 100], prefixes=answer.prefixes)
            assert explain(answer, id, found).findings == alone.findings


@SETTINGS
@given(RECORDS, st.lists(RECORDS, max_size=6))
def test_a_sound_number_of_somebody_else_is_never_merged(a: Record, people: list[Record]) -> None:
    roster, registry = tables([a], people)
    verdicts = match(table(*roster), table(*registry)).verdicts.row(0, named=True)
    if verdicts["verdict"] == "same" and verdicts["person"] < 10_000:
        finding = compare(a, people[verdicts["person"] - 100]).finding("number")
        assert finding.level != "differ"


@SETTINGS
@given(RECORDS, st.lists(RECORDS, max_size=5))
def test_candidates_of_one_record_are_those_of_a_roster_of_one(a: Record, people: list[Record]) -> None:
    roster, registry = tables([a], people)
    answer = match(table(*roster), table(*registry)).verdicts.row(0, named=True)
    found = candidates(a, table(*registry))
    if answer["person"] is not None:
        assert found[0][0] == answer["person"]
        assert found[0][1].verdict == answer["verdict"]
    ranked = [explanation.probability for _, explanation in found]
    assert ranked == sorted(ranked, reverse=True)
