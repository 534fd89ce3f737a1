"""What comes next with somebody who was called on: when, by whom on the ladder, by day or in the evening, or never again.

    rounds(attempts, rules, since)  →  Next

Rules are data (`Rules`). Only what came after `since` counts (the last dose: a new dose is a new beginning), and of that only what
came from the newest time on at which the resident asked of themselves: whoever asks begins anew, stop or no stop. In this order:

    stopped     they said that nobody shall come again, or declined as often as the rules allow, or every rung of the ladder was
                tried, or the most attempts were made. A refusal is a right: nobody calls again until the person asks
    doctor      medical grounds were heard: a doctor's word is waited for
    away        they live elsewhere for now: asked again after some weeks
    agreed      they will come; asked again if there is no dose by then
    call        all others, from `on`

The ladder has rungs (officer, village leader, township leader, doctor). A rung is done with after its visits, or after a refusal on
it: then the next one goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vaxkit.vocabulary import Text


class State(StrEnum):
    CALL = "call"
    AGREED = "agreed"
    DOCTOR = "doctor"
    AWAY = "away"
    STOPPED = "stopped"


class Stop(StrEnum):
    """Why nobody calls again."""

    ASKED = "asked"
    REFUSALS = "refusals"
    LADDER = "ladder"
    MOST = "most"

    @property
    def text(self) -> Text:
        return _STOPS[self]


_STOPS = {
    Stop.ASKED: Text("本人要求不再上门", "asked for no more visits"),
    Stop.REFUSALS: Text("多次明确拒绝", "declined as often as the rules allow"),
    Stop.LADDER: Text("逐级动员已完成", "everybody on the ladder has talked with them"),
    Stop.MOST: Text("已达最多次数", "the most attempts were made"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One visit or call. `rung`: who went; `next_on`: a day that was agreed; `stop`: they want nobody to come again; `asked`: they
    asked for it themselves; `by_evening`: it was in the evening; `evening`: they said that evenings are better."""

    on: date
    outcome: str
    rung: str = ""
    by_evening: bool = False
    next_on: date | None = None
    evening: bool = False
    stop: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    code: str
    visits: int


@dataclass(frozen=True, slots=True)
class Rules:
    """`days` until the next call by outcome; `evening_after` so many times of nobody met by day in a row; `refusals` and `most`
    (attempts) after which nobody calls again. `without_rung` are outcomes that use up nothing of a rung."""

    ladder: tuple[Rung, ...]
    days: Mapping[str, int]
    evening_after: int
    refusals: int
    most: int
    without_rung: frozenset[str] = frozenset({"agreed", "medical", "away", "cleared"})

    def __post_init__(self) -> None:
        if not self.ladder or any(rung.visits < 1 for rung in self.ladder):
            raise ValueError("a ladder has rungs, and a rung visits")
        if min(self.evening_after, self.refusals, self.most) < 1 or any(n < 0 for n in self.days.values()):
            raise ValueError("counts are 1 or more, days 0 or more")


@dataclass(frozen=True, slots=True)
class Next:
    """`on`: the day from which they are called on (the doctor's word is due, they are asked again); None where nobody calls.
    `number` is that of the visit to come. `stop` says why nobody calls."""

    state: State
    on: date | None
    rung: str
    number: int
    evening: bool
    refusals: int
    stop: Stop | None = None


def rounds(attempts: Iterable[Attempt], rules: Rules, *, begin: date, since: date | None = None) -> Next:
    """`attempts` in the order in which they were made; `begin`: from when the person is on somebody's list."""
    made = _counting([each for each in attempts if since is None or each.on > since])
    refusals = sum(each.outcome == "refused" for each in made)
    rung = _rung(made, rules)
    number, evening = len(made) + 1, _evening(made, rules)
    stop = _stopped(made, rules, refusals, rung)
    if stop is not None:
        return Next(State.STOPPED, None, rung, number, False, refusals, stop)
    if not made:
        return Next(State.CALL, begin, rung, number, evening, refusals)
    last = made[-1]
    state = {"medical": State.DOCTOR, "away": State.AWAY, "agreed": State.AGREED}.get(
        last.outcome, State.CALL
    )
    on = last.next_on or last.on + timedelta(days=rules.days.get(last.outcome, 1))
    return Next(state, on, rung, number, evening, refusals)


def _counting(made: Sequence[Attempt]) -> Sequence[Attempt]:
    newest = max((nth for nth, each in enumerate(made) if each.asked), default=0)
    return made[newest:]


def _rung(made: Sequence[Attempt], rules: Rules) -> str:
    """The first rung that is not done with; the last one where all are."""
    return next(
        (rung.code for rung in rules.ladder if not _is_done(rung, made, rules)), rules.ladder[-1].code
    )


def _is_done(rung: Rung, made: Sequence[Attempt], rules: Rules) -> bool:
    mine = [
        each.outcome for each in made if each.rung == rung.code and each.outcome not in rules.without_rung
    ]
    return len(mine) >= rung.visits or "refused" in mine


def _stopped(made: Sequence[Attempt], rules: Rules, refusals: int, rung: str) -> Stop | None:
    if any(each.stop for each in made):
        return Stop.ASKED
    if refusals >= rules.refusals:
        return Stop.REFUSALS
    if made and made[-1].outcome in rules.without_rung:
        return None
    if all(_is_done(each, made, rules) for each in rules.ladder):
        return Stop.LADDER
    return Stop.MOST if len(made) >= rules.most else None


def _evening(made: Sequence[Attempt], rules: Rules) -> bool:
    """They said so, or nobody was there by day so many times in a row and no evening was tried since."""
    if made and made[-1].evening:
        return True
    missed = 0
    for each in reversed(made):
        if each.outcome != "not_met" or each.by_evening:
            break
        missed += 1
    return missed >= rules.evening_after
