"""A live day: invented residents walk through the real actions of one site, so that boards, lists and figures move.

    play(day, begins_at, pace, tell)    every event of the day in the order of its time; returns what happened

The day is pure but for the actions: all chance comes from the seed, all time from the moments of the events. `pace` is asked before
each event and may wait for its moment, or end the day by returning False; the tests' pace waits for nothing. Beside the plain way
people have fevers, change their minds, are deferred, faint, leave early; nurses scan wrong vials; a card is shown twice. Whatever
the product refuses is counted, and the day goes on: nobody in it is let through by another door.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from uuid import UUID

from yingjie.clinic import actions as clinic
from yingjie.clinic.consenting import current_text
from yingjie.clinic.models import Visit
from yingjie.clinic.questionnaire import Answer
from yingjie.clinic.workflow import CHECKS, OBSERVATION
from yingjie.demo import site_papers
from yingjie.doses.queries import standing_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import Refusal
from yingjie.people.queries import briefs

Pace = Callable[[datetime], bool]
Tell = Callable[[datetime, Counter[str]], None]
Step = Callable[["_Walk"], "Step | None"]

WALK = timedelta(seconds=40)
#: Minutes at each station: the shortest, and the mean of what comes on top (facts: simulation of a hub, 3.1).
SERVICE = {"desk": (0.8, 0.7), "doctor": (0.6, 0.5), "needle": (0.9, 0.5)}
#: Shares of what does not go smoothly.
FEVER, AFRAID, DEFERRED, DOUBTFUL, WRONG_VIAL, TWICE, FAINT, EARLY = (
    0.01,
    0.01,
    0.02,
    0.015,
    0.02,
    0.01,
    0.008,
    0.03,
)


@dataclass(frozen=True)
class Crew:
    """Who works at the site. Each of them serves one person at a time."""

    desks: Sequence[Actor]
    doctors: Sequence[Actor]
    nurses: Sequence[Actor]
    bench: Actor


@dataclass(frozen=True)
class LiveDay:
    """`people` in the order in which they come, over `hours`; `vials`: product code → codes, to be used in order."""

    site_id: UUID
    crew: Crew
    people: Sequence[UUID]
    vials: dict[str, list[str]]
    seed: int = 1
    hours: float = 8.0


@dataclass
class Outcome:
    """How many visits ended how, and what was refused on the way, by code."""

    ended: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    last_at: datetime | None = None


def play(
    day: LiveDay,
    begins_at: datetime,
    pace: Pace = lambda moment: True,
    tell: Tell = lambda moment, ended: None,
) -> Outcome:
    """Walk everybody through the site. Stops early, in order, where `pace` says so: what was done stands, nothing is half done."""
    played = _Played(day, begins_at)
    while played.events:
        at, _nth, walk, step = heapq.heappop(played.events)
        if not pace(at):
            break
        with clock.at(at):
            played.take(at, walk, step)
        tell(at, played.outcome.ended)
    return played.outcome


@dataclass
class _Walk:
    """One person on the way."""

    person_id: UUID
    chance: Random
    at: datetime
    visit: Visit | None = None
    nurse: Actor | None = None

    @property
    def visit_id(self) -> UUID:
        assert self.visit is not None
        return self.visit.pk

    def happens(self, share: float) -> bool:
        return self.chance.random() < share


class _Played:
    def __init__(self, day: LiveDay, begins_at: datetime) -> None:
        self.day, self.outcome = day, Outcome()
        self.vials = {code: iter(codes) for code, codes in day.vials.items()}
        self.free: dict[str, list[tuple[datetime, int]]] = {
            "desk": [(begins_at, nth) for nth in range(len(day.crew.desks))],
            "doctor": [(begins_at, nth) for nth in range(len(day.crew.doctors))],
            "needle": [(begins_at, nth) for nth in range(len(day.crew.nurses))],
        }
        self.nth = count()
        self.events: list[tuple[datetime, int, _Walk, Step]] = []
        for at, person_id in zip(self._arrivals(begins_at), day.people, strict=False):
            self._then(_Walk(person_id, Random(f"{day.seed}:{person_id}"), at), at, self.enter)

    def take(self, at: datetime, walk: _Walk, step: Step) -> None:
        """One event: what the product refuses ends the person's way here, unless the step knew better."""
        walk.at = self.outcome.last_at = at
        try:
            following = step(walk)
        except Refusal as refusal:
            self.outcome.refused[refusal.code] += 1
            self.outcome.ended["refused"] += 1
            return
        if following is not None:
            self._then(walk, self._ready(walk, following), following)

    # --- the way ---------------------------------------------------------------------------------------------------

    def enter(self, walk: _Walk) -> Step | None:
        desk, feverish = self.day.crew.desks[0], walk.happens(FEVER)
        if feverish:
            clinic.keep_out(
                by=desk,
                site_id=self.day.site_id,
                person_id=walk.person_id,
                reason="fever",
                temperature=Decimal("38.1"),
            )
            return self._ended("turned_away")
        temperature = Decimal("36.2") + Decimal(walk.chance.randrange(9)) / 10
        walk.visit = clinic.enter(
            by=desk,
            site_id=self.day.site_id,
            person_id=walk.person_id,
            temperature=temperature,
            document="reader",
        )
        return self.register

    def register(self, walk: _Walk) -> Step | None:
        desk = self._served(walk, "desk", self.day.crew.desks)
        walk.visit = clinic.register(by=desk, visit_id=walk.visit_id)
        if walk.happens(TWICE):
            self._expect(lambda: clinic.enter(
                by=desk, site_id=self.day.site_id, person_id=walk.person_id, temperature=Decimal("36.5")
            ))  # fmt: skip
        code = self._product(walk)
        if not code:
            clinic.turn_away(by=desk, visit_id=walk.visit_id, reason="other", note="")
            return self._ended("turned_away")
        age = briefs({walk.person_id})[walk.person_id].age
        text = current_text(code).version
        walk.visit = clinic.consent(
            by=desk, visit_id=walk.visit_id, product_code=code, text=text, signed=site_papers.signed(age)
        )
        return self.screen

    def screen(self, walk: _Walk) -> Step | None:
        doctor, visit = self._served(walk, "doctor", self.day.crew.doctors), walk.visit
        assert visit is not None
        who = briefs({walk.person_id})[walk.person_id]
        answers = site_papers.nothing_to_say(who.sex, who.age, visit.product_code, visit.on)
        if walk.happens(DEFERRED):
            answers["acute"] = Answer("yes")
        elif walk.happens(DOUBTFUL):
            answers["bleeding"] = Answer("unsure")
        walk.visit = clinic.screen(by=doctor, visit_id=walk.visit_id, answers=answers)
        if walk.visit.state == "deferred":
            return self._ended("deferred")
        if walk.visit.state == "with_doctor":
            clinic.decide(by=doctor, visit_id=walk.visit_id, decision="fit", reason="询问后无接种禁忌")
        if walk.happens(AFRAID):
            clinic.withdraw(by=self.day.crew.desks[0], visit_id=walk.visit_id, reason="本人改变主意")
            return self._ended("turned_away")
        return self.verify

    def verify(self, walk: _Walk) -> Step | None:
        walk.nurse = nurse = self._served(walk, "needle", self.day.crew.nurses)
        assert walk.visit is not None
        if walk.happens(WRONG_VIAL):
            self._expect(lambda: self._verified(walk, nurse, "81234567000000000000"))
        vial = next(self.vials[walk.visit.product_code], None)
        if vial is None:
            clinic.turn_away(by=nurse, visit_id=walk.visit_id, reason="other", note="")
            return self._ended("turned_away")
        self._verified(walk, nurse, vial)
        return self.give

    def give(self, walk: _Walk) -> Step | None:
        assert walk.nurse is not None
        walk.visit = clinic.vaccinate(by=walk.nurse, visit_id=walk.visit_id, here=self.day.site_id)
        return self.faint if walk.happens(FAINT) else self.leave

    def faint(self, walk: _Walk) -> Step | None:
        walk.visit = clinic.react(
            by=self.day.crew.bench, visit_id=walk.visit_id, kind="faint", note="平卧，意识清"
        )
        return self.recover

    def recover(self, walk: _Walk) -> Step | None:
        walk.visit = clinic.recover(
            by=self.day.crew.bench, visit_id=walk.visit_id, treatment="平卧休息、饮水，好转"
        )
        return self.leave

    def leave(self, walk: _Walk) -> Step | None:
        visit = walk.visit
        assert visit is not None and visit.observe_until is not None
        reason = "家中有事，本人坚持" if walk.at < visit.observe_until else ""
        clinic.leave(by=self.day.crew.bench, visit_id=walk.visit_id, early_reason=reason)
        return self._ended("left")

    def _calling(self, served: str, nth: int) -> Step:
        """The number appears on the board when the place is free."""
        crew = self.day.crew
        station, by = (
            ("screening", crew.doctors[nth]) if served == "doctor" else ("vaccination", crew.nurses[nth])
        )

        def call(walk: _Walk) -> Step | None:
            clinic.call_again(by=by, visit_id=walk.visit_id, station=station, place=str(nth + 1))
            return None

        return call

    # --- time and people -------------------------------------------------------------------------------------------

    def _ready(self, walk: _Walk, step: Step) -> datetime:
        """When the next step happens: after the walk and the service, when somebody is free; at the bench, when time is over."""
        served = {"register": "desk", "screen": "doctor", "verify": "needle"}.get(step.__name__)
        if served is not None:
            shortest, more = SERVICE[served]
            at, nth = heapq.heappop(self.free[served])
            begins = max(at, walk.at + WALK)
            if served != "desk":
                self._then(walk, begins, self._calling(served, nth))
            done = begins + timedelta(minutes=shortest + walk.chance.expovariate(1 / more))
            heapq.heappush(self.free[served], (done, nth))
            walk.nurse = self.day.crew.nurses[nth] if served == "needle" else None
            return done
        if step == self.give:
            return walk.at + timedelta(seconds=20)
        if step in (self.faint, self.recover):
            return walk.at + timedelta(minutes=6)
        until = walk.visit.observe_until if walk.visit and walk.visit.observe_until else walk.at + OBSERVATION
        if walk.happens(EARLY):
            return max(walk.at, until - timedelta(minutes=12))
        return until + timedelta(seconds=walk.chance.randrange(240))

    def _served(self, walk: _Walk, station: str, crew: Sequence[Actor]) -> Actor:
        return walk.nurse if station == "needle" and walk.nurse else crew[walk.chance.randrange(len(crew))]

    def _arrivals(self, begins_at: datetime) -> Iterator[datetime]:
        """More in the first hours than in the last, as at every site."""
        chance, span = Random(f"{self.day.seed}:arrivals"), timedelta(hours=self.day.hours)
        yield from sorted(begins_at + span * chance.betavariate(1.2, 1.9) for _ in self.day.people)

    def _then(self, walk: _Walk, at: datetime, step: Step) -> None:
        heapq.heappush(self.events, (at, next(self.nth), walk, step))

    def _verified(self, walk: _Walk, nurse: Actor, vial: str) -> None:
        walk.visit = clinic.verify(
            by=nurse,
            visit_id=walk.visit_id,
            vial_code=vial,
            checks=dict.fromkeys(CHECKS, True),
            here=self.day.site_id,
        )

    def _product(self, walk: _Walk) -> str:
        """What they had before, else the first that is offered and in the fridge; "" where neither is."""
        standing = standing_of(walk.person_id, clock.today())
        at_hand = [code for code in standing.products if code in self.vials]
        before = standing.previous_product
        return before if before in at_hand else "" if before else next(iter(at_hand), "")

    def _expect(self, act: Callable[[], object]) -> None:
        """A mistake that the product must refuse."""
        try:
            act()
        except Refusal as refusal:
            self.outcome.refused[refusal.code] += 1
        else:
            raise AssertionError("the product let a mistake through")

    def _ended(self, state: str) -> Step | None:
        """Nothing follows."""
        self.outcome.ended[state] += 1
        return None
