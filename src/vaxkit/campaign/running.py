"""The days of a campaign, for all replications at once.

Each day: what was delivered is there; later doses that are due come first, as many as keep their day; then first doses of those who
are willing and want to come today. Who comes is limited by what the sites can give and by the doses; whoever finds none waits on.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vaxkit.campaign.events import Days, days_of
from vaxkit.campaign.outlook import Outlook, outlook
from vaxkit.campaign.plan import CampaignPlan, Group, Scenario
from vaxkit.vocabulary import Text

Floats = NDArray[np.float64]
BASE = Scenario("as_planned", Text("按计划", "as planned"))
#: What a day's chance is for: one stream each.
_DEMAND, _PERSUADED, _FIRST, _LATER = range(4)


def run(
    plan: CampaignPlan, *, replications: int = 200, seed: int = 1, tell: Callable[[int], None] | None = None
) -> list[Outlook]:
    """The plan as it is and under each of its scenarios. `tell` hears how many scenarios are done; what it raises ends the run.

    Raises ValueError when replications are not positive.
    """
    if replications < 1:
        raise ValueError("replications must be 1 at least")
    found = []
    for done, scenario in enumerate((BASE, *plan.scenarios), 1):
        found.append(_scenario(plan, scenario, replications, seed))
        if tell:
            tell(done)
    return found


def _scenario(plan: CampaignPlan, scenario: Scenario, count: int, seed: int) -> Outlook:
    days = days_of(plan, scenario)
    crowd = [_Crowd(plan, group, row, count, seed) for row, group in enumerate(plan.groups)]
    stock = np.zeros(count)
    most = plan.most_days
    told = {
        name: np.zeros((most, count))
        for name in ("doses", "stock", "turned_away", "no_dose", "late", "wasted")
    }
    reached = np.zeros((most, len(_doses(plan)), count))
    for step in range(most):
        stock += days.arriving[step]
        given, away = _day(plan, days, step, crowd, stock, seed, count)
        # A share of a dose on a small day: whole ones would hide what many such days lose.
        lost = given * plan.wasted
        stock -= given + lost
        told["doses"][step], told["stock"][step], told["turned_away"][step] = given, stock, away
        told["no_dose"][step] = np.minimum(given + away, days.capacity[step]) - given
        told["late"][step] = sum(each.waiting() for each in crowd)
        told["wasted"][step] = lost
        for nth, dose in enumerate(_doses(plan)):
            reached[step, nth] = sum(each.done[dose - 1] for each in crowd if dose <= each.group.doses)
    return outlook(plan, scenario, told, reached, _doses(plan))


def _day(
    plan: CampaignPlan, days: Days, step: int, crowd: list[_Crowd], stock: Floats, seed: int, count: int
) -> tuple[Floats, Floats]:
    """Doses given and people sent away."""
    luck = _stream(seed, step, 0, _DEMAND).normal(0.0, plan.spread, count)
    appetite = days.appetite[step] * np.exp(luck - plan.spread**2 / 2)
    wish_later = [each.later(step, plan.keep * days.keeping[step], seed) for each in crowd]
    wish_first = [each.first(step, appetite, days.trust[step], seed) for each in crowd]
    # What is lost with the doses given is kept back from the start: otherwise scarce vaccine would lose less than plenty.
    room = np.minimum(days.capacity[step], np.floor(stock / (1.0 + plan.wasted) + 1e-9))
    given = np.zeros(count)
    for wishes, give in ((wish_later, _Crowd.give_later), (wish_first, _Crowd.give_first)):
        total = np.sum(wishes, axis=0)
        share = np.minimum(1.0, np.divide(room - given, total, out=np.zeros(count), where=total > 0))
        for each, wish in zip(crowd, wishes, strict=True):
            some = np.floor(wish * share)
            give(each, step, some)
            given += some
    wanted = np.sum(wish_later, axis=0) + np.sum(wish_first, axis=0)
    return given, wanted - given


class _Crowd:
    """One group in all replications: who had which dose, who is willing, whose later dose is due when."""

    def __init__(self, plan: CampaignPlan, group: Group, row: int, count: int, seed: int) -> None:
        self.group, self._row, self._seed, self._most = group, row, seed, plan.most_days
        self.done = [np.full(count, float(done)) for done in group.done]
        self.willing = np.full(count, np.floor(group.people * group.willing))
        self.willing = np.maximum(self.willing, self.done[0])
        length = plan.most_days + group.interval + 1
        #: People whose dose `k + 2` falls due, by day; those not served stay in `_open`.
        self._due = [np.zeros((length, count)) for _dose in range(group.doses - 1)]
        self._open = [np.zeros(count) for _dose in range(group.doses - 1)]
        for nth, by_day in enumerate(group.due):
            for day, people in by_day.items():
                self._due[nth][min(max(0, day - plan.first), length - 1)] += people
        self._wishes = [np.zeros(count) for _dose in range(group.doses - 1)]

    def later(self, step: int, keep: float, seed: int) -> Floats:
        """People who come for a later dose today."""
        for nth, due in enumerate(self._due):
            self._open[nth] += due[step]
            draw = _stream(seed, step, self._row, _LATER + nth)
            self._wishes[nth] = _some(draw, self._open[nth], np.full(len(self._open[nth]), keep))
        return np.sum(self._wishes, axis=0) if self._wishes else np.zeros_like(self.willing)

    def first(self, step: int, appetite: Floats, trust: float, seed: int) -> Floats:
        """People who come for the first dose today, after some of the unwilling were won over."""
        unwilling = np.maximum(self.group.people - self.willing, 0.0)
        won = np.full(len(unwilling), self.group.persuaded * trust)
        self.willing += _some(_stream(seed, step, self._row, _PERSUADED), unwilling, won)
        waiting = np.maximum(self.willing - self.done[0], 0.0)
        share = np.clip(self.group.eager * appetite * trust, 0.0, 1.0)
        return _some(_stream(seed, step, self._row, _FIRST), waiting, share)

    def give_first(self, step: int, people: Floats) -> None:
        self.done[0] += people
        self._follow(0, step, people)

    def give_later(self, step: int, people: Floats) -> None:
        left = people.copy()
        for nth, wish in enumerate(self._wishes):
            some = np.minimum(wish, left)
            left -= some
            self._open[nth] -= some
            self.done[nth + 1] += some
            self._follow(nth + 1, step, some)

    def waiting(self) -> Floats:
        """People whose later dose is due and who have not had it."""
        return np.sum(self._open, axis=0) if self._open else np.zeros_like(self.willing)

    def _follow(self, nth: int, step: int, people: Floats) -> None:
        if nth < len(self._due):
            self._due[nth][step + self.group.interval] += people


def _some(draw: np.random.Generator, people: Floats, share: Floats) -> Floats:
    """A binomial share of people, by its normal limit where that is exact enough to whole people."""
    mean = people * share
    noise = draw.normal(0.0, 1.0, len(people)) * np.sqrt(np.maximum(mean * (1 - share), 0.0))
    found: Floats = np.clip(np.rint(mean + noise), 0.0, people)
    return found


def _stream(seed: int, step: int, row: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed & (2**32 - 1), step, row, purpose])


def _doses(plan: CampaignPlan) -> tuple[int, ...]:
    return tuple(range(1, max(group.doses for group in plan.groups) + 1))
