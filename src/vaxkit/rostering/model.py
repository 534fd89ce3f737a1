"""The roster as an integer model: one yes-or-no per duty that somebody could take.

Rules are told by windows and pairs of shifts (check.py tells them by the clock). Demand is met up to `missing`, so there is
always a solution as long as the pins alone keep the rules.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from ortools.sat.python import cp_model

from vaxkit.rostering.price import Shares, share_out
from vaxkit.rostering.problem import DAY, Duty, Problem, Worker

Linear = cp_model.LinearExprT


class Model:
    """`takes[duty]` says whether it is taken; `missing` and `rest` are the two things to be made small, in that order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.takes: dict[Duty, cp_model.IntVar] = {}
        self._by_worker: dict[str, dict[date, list[Duty]]] = defaultdict(lambda: defaultdict(list))
        for duty in dict.fromkeys([*problem.possible(), *problem.pins]):
            self.takes[duty] = self.cp.new_bool_var("")
            self._by_worker[duty.who][duty.on].append(duty)
        self.missing = self._cover()
        for duty in problem.pins:
            self.cp.add(self.takes[duty] == 1)
        for worker in problem.workers:
            self._keep_rules(worker)
        self.rest = self._rest(share_out(problem))

    def _cover(self) -> Linear:
        there: dict[tuple[date, str, str], list[cp_model.IntVar]] = defaultdict(list)
        for duty, taken in self.takes.items():
            there[duty.on, duty.shift, duty.role].append(taken)
        pinned: dict[tuple[date, str, str], int] = defaultdict(int)
        for duty in set(self.problem.pins):
            pinned[duty.on, duty.shift, duty.role] += 1
        gaps: list[cp_model.IntVar] = []
        for key in {**self.problem.wanted, **there}:  # in one order: a set's would differ from run to run
            people, filled = self.problem.wanted.get(key, 0), sum(there[key])
            self.cp.add(filled <= max(people, pinned[key]))
            gap = self.cp.new_int_var(0, people, "")
            self.cp.add(gap >= people - filled)
            gaps.append(gap)
        return sum(gaps)

    def _keep_rules(self, worker: Worker) -> None:
        by_day = self._by_worker[worker.id]
        before: dict[date, list[str]] = defaultdict(list)
        for on, shift in worker.worked:
            before[on].append(shift)
        for duties in by_day.values():
            self.cp.add_at_most_one(self.takes[duty] for duty in duties)
        self._keep_apart(by_day, before)
        rules = self.problem.rules
        days = self._days_around(rules.days_in_row, rules.nights_in_row)
        if rules.days_in_row is not None:
            self._bound_rows(by_day, before, days, rules.days_in_row, nights_only=False)
        if rules.nights_in_row is not None:
            self._bound_rows(by_day, before, days, rules.nights_in_row, nights_only=True)
        self._bound_weeks(worker, by_day, before)

    def _keep_apart(self, by_day: dict[date, list[Duty]], before: dict[date, list[str]]) -> None:
        """Rest, and no morning after a night: pairs of shifts that the same person cannot both work."""
        far = self._reach()
        for on, duties in by_day.items():
            for step in range(1, far + 1):
                for shift in before.get(on - timedelta(days=step), ()):
                    for duty in duties:
                        if self._clash(shift, duty.shift, step):
                            self.cp.add(self.takes[duty] == 0)
                for later in by_day.get(on + timedelta(days=step), ()):
                    for duty in duties:
                        if self._clash(duty.shift, later.shift, step):
                            self.cp.add_at_most_one(self.takes[duty], self.takes[later])

    def _clash(self, earlier: str, later: str, days_between: int) -> bool:
        first, second, rules = self.problem.shift[earlier], self.problem.shift[later], self.problem.rules
        pause = days_between * DAY + second.begins - first.ends
        if pause < (rules.rest_minutes or 0):
            return True
        return not rules.morning_after_night and days_between == 1 and first.is_night and second.is_morning

    def _reach(self) -> int:
        """Over how many days two shifts can be too close."""
        longest = max((shift.ends for shift in self.problem.shifts), default=0)
        return -(-(longest + (self.problem.rules.rest_minutes or 0)) // DAY)

    def _days_around(self, *rows: int | None) -> list[date]:
        """The days of the roster and as many before as a row can reach back."""
        back = max((row for row in rows if row is not None), default=0)
        first = self.problem.first_on - timedelta(days=back)
        return [first + timedelta(days=step) for step in range(back + len(self.problem.days))]

    def _bound_rows(
        self,
        by_day: dict[date, list[Duty]],
        before: dict[date, list[str]],
        days: list[date],
        most: int,
        *,
        nights_only: bool,
    ) -> None:
        """In any `most` + 1 days one after another, at most `most` are worked."""
        shift = self.problem.shift
        for nth in range(len(days) - most):
            window = days[nth : nth + most + 1]
            if window[-1] < self.problem.first_on:
                continue
            free = [
                self.takes[duty]
                for on in window
                for duty in by_day.get(on, ())
                if not nights_only or shift[duty.shift].is_night
            ]
            gone = sum(
                any(not nights_only or shift[each].is_night for each in before.get(on, ())) for on in window
            )
            if free and gone + len(free) > most:
                self.cp.add(sum(free) <= max(0, most - gone))

    def _bound_weeks(
        self, worker: Worker, by_day: dict[date, list[Duty]], before: dict[date, list[str]]
    ) -> None:
        most = self.problem.week_minutes(worker)
        if most is None:
            return
        weeks: dict[date, list[Duty]] = defaultdict(list)
        for on, duties in by_day.items():
            weeks[_monday(on)] += duties
        shift = self.problem.shift
        gone: dict[date, int] = defaultdict(int)
        for on, shifts in before.items():
            gone[_monday(on)] += sum(shift[each].minutes for each in shifts)
        for monday, duties in weeks.items():
            minutes = sum(shift[duty.shift].minutes * self.takes[duty] for duty in duties)
            left = max(0, most - gone[monday])
            self.cp.add(minutes <= left)
            # Not needed, but it tells the solver at once that 44 hours are five shifts of eight, not five and a half.
            shortest = min(shift[duty.shift].minutes for duty in duties)
            self.cp.add(sum(self.takes[duty] for duty in duties) <= left // shortest)

    def _rest(self, shares: Shares) -> Linear:
        problem, weights = self.problem, self.problem.weights
        kept = [1 - self.takes[duty] if duty in self.takes else 1 for duty in problem.former]
        parts: list[Linear] = [weights.change * part for part in kept]
        for worker in problem.workers:
            by_day = self._by_worker[worker.id]
            duties = [duty for found in by_day.values() for duty in found]
            nights = [self.takes[duty] for duty in duties if problem.shift[duty.shift].is_night]
            parts.append(
                weights.shift * self._over([self.takes[duty] for duty in duties], shares.shifts[worker.id])
            )
            parts.append(weights.night * self._over(nights, shares.nights[worker.id]))
            for wish in worker.wishes:
                met = sum(
                    self.takes[duty] for duty in by_day.get(wish.on, ()) if wish.shift in ("", duty.shift)
                )
                parts.append(weights.wish * (1 - met if wish.wants else met))
        return sum(parts)

    def _over(self, taken: list[cp_model.IntVar], share: int) -> Linear:
        if len(taken) <= share:
            return 0
        over = self.cp.new_int_var(0, len(taken) - share, "")
        self.cp.add(over >= sum(taken) - share)
        return over


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
