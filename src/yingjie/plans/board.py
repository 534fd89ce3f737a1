"""A board of sessions and what follows from it. Pure: facts and moves in, cards and effects out.

laid(facts, moves)      the sessions as they lie after the moves
stamp(moves)            by which somebody who looked at them tells that they are still the same
effect(facts, cards)    who is served when and where, how long the lines are, which doses are left

People are told to the nearest session with a free seat and a dose, day by day, those whose time runs out first before others. Lines
are the closed formulas of queues in the busiest case that all who have a place come evenly: a guess that is there at once; the
exact day is simulated under "Tomorrow at a site"."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zlib import crc32

from vaxkit.simulation.approximations import mean_wait

Facts = Mapping[str, Any]
Move = Mapping[str, Any]
STATIONS = ("registration", "screening", "vaccination")


@dataclass(frozen=True)
class Card:
    """A session on the board. `minute` and `ends` of its day, `seats` at each of `slots` times; `taken` places given out."""

    id: str
    site: str
    on: str
    minute: int
    ends: int
    every: int
    slots: int
    seats: int
    taken: int
    products: tuple[str, ...]
    kind: str
    title: str
    may: bool
    was: tuple[str, str, int]
    closed: bool = False

    @property
    def free(self) -> int:
        return 0 if self.closed or self.kind != "ordinary" else max(0, self.seats * self.slots - self.taken)

    @property
    def is_moved(self) -> bool:
        return (self.site, self.on) != self.was[:2]

    @property
    def is_changed(self) -> bool:
        return self.closed or (self.site, self.on, self.seats) != self.was

    def overlaps(self, other: Card) -> bool:
        return (
            (self.site, self.on) == (other.site, other.on)
            and self.minute < other.ends
            and other.minute < self.ends
        )


@dataclass(frozen=True)
class Served:
    """What a session gets: people told to come besides those who have a place; the wait at all stations together, in minutes
    (None: the line only grows)."""

    people: int
    wait: float | None


@dataclass(frozen=True)
class Effect:
    """`waits`: of all with a place on the board, the mean (None where a line only grows); `growing` sessions with such a line;
    `moved` and `losing` people who would be told another time, or lose their place. `left`: doses by site at the end."""

    served: Mapping[str, Served]
    told: int
    unserved: int
    days_late: float | None
    km: float | None
    wait: float | None
    growing: int
    moved: int
    losing: int
    left: Mapping[str, int]


def laid(facts: Facts, moves: Sequence[Move]) -> list[Card]:
    """The sessions in the order of time."""
    cards = {
        row["id"]: Card(
            row["id"], row["site"], row["on"], row["minute"], row["ends"], row["every"], row["slots"], row["seats"], row["taken"],
            tuple(row["products"]), row["kind"], row["title"], row["may"], (row["site"], row["on"], row["seats"]),
        )
        for row in facts["sessions"]
    }  # fmt: skip
    for move in moves:
        cards[move["session"]] = moved(cards[move["session"]], move)
    return sorted(cards.values(), key=lambda card: (card.on, card.minute, card.site, card.id))


def moved(card: Card, move: Move) -> Card:
    """One card after one move."""
    if move["kind"] == "close":
        return replace(card, closed=True)
    if move["kind"] == "seats":
        return replace(card, seats=move["seats"])
    return replace(card, site=move["site"], on=move["on"])


def stamp(moves: Sequence[Move]) -> str:
    """Of the moves that hold: two planners may have made equally many, but not the same."""
    return f"{len(moves)}-{crc32(json.dumps(moves, sort_keys=True).encode()):08x}"


def effect(facts: Facts, cards: Sequence[Card]) -> Effect:
    """Of the cards as they lie."""
    free = {card.id: card.free for card in cards}
    doses = _Doses(facts)
    by_day: defaultdict[str, list[Card]] = defaultdict(list)
    for card in cards:
        by_day[card.on].append(card)
        if not card.closed:
            doses.take(card.site, card.on, card.products, card.taken)
    waiting = [[row, row["people"]] for row in facts["demand"]]
    waiting.sort(key=lambda pair: (pair[0]["latest"], -pair[0]["weight"], pair[0]["village"], pair[0]["due"]))
    told: defaultdict[str, int] = defaultdict(int)
    late = km = 0.0
    for on in facts["days"]:
        for pair in waiting:
            row = pair[0]
            if not pair[1] or not row["earliest"] <= on <= row["latest"]:
                continue
            ways = facts["ways"].get(row["village"], {})
            for card in sorted(
                by_day[on], key=lambda card: (ways.get(card.site, math.inf), card.minute, card.id)
            ):
                suits = [code for code in card.products if not row["products"] or code in row["products"]]
                places = min(pair[1], free[card.id]) if suits and card.site in ways else 0
                given = doses.take(card.site, on, suits, places)
                pair[1] -= given
                free[card.id] -= given
                told[card.id] += given
                late += given * max(0, _days(row["due"], on))
                km += given * ways.get(card.site, 0.0)
    people = sum(told.values())
    served = {
        card.id: Served(told[card.id], _wait(facts, card, card.taken + told[card.id]))
        for card in cards
        if not card.closed
    }
    return _whole(cards, served, people, sum(left for _row, left in waiting), late, km, doses.left())


def _whole(
    cards: Sequence[Card], served: Mapping[str, Served], people: int, unserved: int, late: float, km: float,
    left: Mapping[str, int],
) -> Effect:  # fmt: skip
    lines = [(served[card.id], card.taken + served[card.id].people) for card in cards if card.id in served]
    known = [(line.wait, n) for line, n in lines if line.wait is not None and n]
    there = sum(n for _wait, n in known)
    return Effect(
        served=served, told=people, unserved=unserved, 
        days_late=late / people if people else None, km=km / people if people else None,
        wait=sum(wait * n for wait, n in known) / there if there else None,
        growing=sum(1 for line, n in lines if line.wait is None and n),
        moved=sum(card.taken for card in cards if card.is_moved and not card.closed),
        losing=sum(card.taken for card in cards if card.closed), left=left,
    )  # fmt: skip


def _wait(facts: Facts, card: Card, people: int) -> float | None:
    """All stations one after the other; None where more come than a station serves."""
    minutes = max(1, card.ends - card.minute)
    total = 0.0
    for station in STATIONS:
        mean, sd = facts["turns"][station]
        desks = facts["desks"][card.site].get(station) or facts["usual"][station]
        wait = mean_wait(desks, people / minutes, mean, (sd / mean) ** 2) if people else 0.0
        if math.isinf(wait):
            return None
        total += wait
    return total


class _Doses:
    """Doses at sites, the soonest to expire first."""

    def __init__(self, facts: Facts) -> None:
        rows: list[list[Any]] = [[row, row["doses"]] for row in facts["doses"]]
        self._rows = sorted(rows, key=lambda pair: (pair[0]["until"], pair[0]["product"]))

    def take(self, site: str, on: str, products: Sequence[str], wanted: int) -> int:
        taken = 0
        for pair in self._rows:
            row = pair[0]
            if taken >= wanted:
                break
            if row["site"] == site and row["from"] <= on <= row["until"] and row["product"] in products:
                some = min(pair[1], wanted - taken)
                pair[1] -= some
                taken += some
        return taken

    def left(self) -> dict[str, int]:
        found: defaultdict[str, int] = defaultdict(int)
        for row, doses in self._rows:
            found[row["site"]] += doses
        return dict(found)


def _days(due: str, on: str) -> int:
    return (date.fromisoformat(on) - date.fromisoformat(due)).days
