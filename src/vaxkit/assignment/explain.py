"""Why this site and this hour, and what else was possible: for one person of a plan.

What else was possible is tried, not guessed: with their own seats and doses given back, the person (or the household, if it goes as
one) is booked into the other session, later doses included.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment.booking import Book, Stay
from vaxkit.assignment.hubs import hubs
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.problem import Problem, person_cost
from vaxkit.assignment.rules import pin_problem
from vaxkit.assignment.units import homes
from vaxkit.vocabulary import Text

#: Where no session is possible at all, so many different reasons are told.
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another session: what it would cost the household more (negative: less), and why it is not the one. `code` is one of rule,
    household, pin, full, no_dose, dearer, open."""

    session: int
    extra_cost: int | None
    code: str
    why: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """`session` -1: left over. Alternatives: the possible ones first, the cheapest first."""

    session: int
    because: Text
    alternatives: tuple[Alternative, ...]


class Explainer:
    """Explains a finished plan. Building it books the plan once; each explanation looks at all sessions."""

    def __init__(self, problem: Problem, plan: Plan, kept: NDArray[np.bool_] | None = None) -> None:
        """`kept`: who has the session they had before (`replan.py`)."""
        self._problem, self._plan, self._kept = problem, plan, kept
        self._book = Book(problem, hubs(problem))
        sessions, product = problem.sessions, problem.batches.product
        for at, batch in ((plan.session, plan.batch), (plan.later, plan.later_batch)):
            comes = np.flatnonzero(at >= 0)
            rows = np.stack([at[comes], product[batch[comes]]], axis=1)
            for (session, bit), count in zip(*np.unique(rows, axis=0, return_counts=True), strict=True):
                self._book.seats[int(session)] -= int(count)
                stock = self._book.stock[int(sessions.site[session])]
                stock.give(int(sessions.day[session]), 1 << int(bit), int(count))
        self._homes: dict[int, list[int]] = {}
        for who, home in enumerate(problem.people.household.tolist()):
            if home >= 0 and problem.people.pinned[who] < 0:
                self._homes.setdefault(home, []).append(who)

    def explain(self, person: int) -> Explanation:
        """Why `person` (an index) comes where they come."""
        session = int(self._plan.session[person])
        together = self._together(person)
        kind = tuple(self._wish(who) for who in together)
        own = self._own(together)
        if own:
            self._book.free(kind, own)
        found = [
            self._alternative(person, together, kind, other)
            for other in range(len(self._problem.sessions.ids))
            if other != session
        ]
        if own:
            self._book.take(own)
        found.sort(key=lambda a: (a.extra_cost is None, a.extra_cost or 0, a.session))
        return Explanation(session, self._because(person, session, found, len(together)), tuple(found))

    def _together(self, person: int) -> list[int]:
        """Those who go as one: the person, and the household if it does."""
        members = self._homes.get(int(self._problem.people.household[person]), [])
        if self._problem.people.pinned[person] >= 0 or len(members) < 2:
            return [person]
        unit = homes(self._problem, np.array(members, dtype=np.int64))
        return members if unit[0] == unit[1] else [person]

    def _wish(self, who: int) -> tuple[int, int, int]:
        people = self._problem.people
        return int(people.products[who]), int(people.next_after[who]), int(people.next_until[who])

    def _own(self, together: list[int]) -> Stay | None:
        """How they are booked; None: they are left over."""
        plan, product = self._plan, self._problem.batches.product
        session = int(plan.session[together[0]])
        if session == LEFT:
            return None
        masks = tuple(1 << int(product[plan.batch[who]]) for who in together)
        return Stay(session, 1, masks, tuple(int(plan.later[who]) for who in together))

    def _alternative(
        self, person: int, together: list[int], kind: tuple[tuple[int, int, int], ...], session: int
    ) -> Alternative:
        if broken := pin_problem(self._problem, person, session):
            return Alternative(session, None, "rule", broken)
        for who in together:
            if broken := pin_problem(self._problem, who, session):
                name = self._problem.people.ids[who]
                why = Text(f"家人 {name}：{broken.zh}", f"of the household, {name}: {broken.en}")
                return Alternative(session, None, "household", why)
        extra = sum(person_cost(self._problem, who, session) - self._now(who) for who in together)
        if self._problem.people.pinned[person] >= 0:
            why = Text("已固定在另一场次", "they are pinned to another session")
            return Alternative(session, extra, "pin", why)
        free = self._book.seats[session]
        if free < len(together):
            why = Text(
                f"只剩 {free} 个号，需要 {len(together)} 个",
                f"{free} seats are left, {len(together)} are needed",
            )
            return Alternative(session, extra, "full", why)
        stay = self._book.seat(kind, session, 1)
        if stay is None:
            return Alternative(session, extra, "no_dose", self._no_dose(together))
        self._book.free(kind, stay)
        return Alternative(
            session, extra, "dearer" if extra >= 0 else "open", self._difference(person, session)
        )

    def _no_dose(self, together: list[int]) -> Text:
        if any(self._problem.people.next_until[who] for who in together):
            return Text(
                "届时没有余苗，或下一剂没有号、没有苗",
                "no dose is left there for that day, or no seat or dose for the next one",
            )
        return Text("届时没有余苗", "no dose is left there for that day")

    def _now(self, who: int) -> int:
        session = int(self._plan.session[who])
        if session == LEFT:
            return self._problem.costs.left_over * int(self._problem.people.weight[who])
        return person_cost(self._problem, who, session)

    def _difference(self, person: int, session: int) -> Text:
        now = int(self._plan.session[person])
        if now == LEFT:
            return Text("可以安排", "it would be possible")
        problem, sessions = self._problem, self._problem.sessions
        place = problem.people.place[person]
        km = float(problem.km[place, sessions.site[session]] - problem.km[place, sessions.site[now]])
        days = int(sessions.day[session] - sessions.day[now])
        burden = int(sessions.burden[session] - sessions.burden[now])
        zh = [f"路程{'多' if km > 0 else '少'} {abs(km):.1f} 公里"] if abs(km) >= 0.05 else []
        en = [f"{abs(km):.1f} km {'farther' if km > 0 else 'nearer'}"] if abs(km) >= 0.05 else []
        if days:
            zh.append(f"{'晚' if days > 0 else '早'} {abs(days)} 天")
            en.append(f"{_days(abs(days))} {'later' if days > 0 else 'earlier'}")
        if burden:
            zh.append("时段较差" if burden > 0 else "时段较好")
            en.append("a less liked hour" if burden > 0 else "a better liked hour")
        return Text("，".join(zh) or "同样合适", ", ".join(en) or "just as good")

    def _because(self, person: int, session: int, others: list[Alternative], heads: int) -> Text:
        if session == LEFT:
            return self._why_left(others)
        problem, sessions = self._problem, self._problem.sessions
        day = date.fromordinal(int(sessions.day[session])).isoformat()
        site = problem.sites[sessions.site[session]]
        km = float(problem.km[problem.people.place[person], sessions.site[session]])
        late = max(0, int(sessions.day[session]) - int(problem.people.due[person]))
        zh, en = [f"安排在 {site} {day}，路程 {km:.1f} 公里"], [f"{site} on {day}, {km:.1f} km away"]
        zh.append(f"比应种日晚 {late} 天" if late else "不晚于应种日")
        en.append(f"{_days(late)} after the day due" if late else "not after the day due")
        if heads > 1:
            zh.append(f"一家 {heads} 人同去")
            en.append(f"the household of {heads} together")
        why = self._why_not_another(person, others)
        return Text("；".join([*zh, why.zh]) + "。", "; ".join([*en, why.en]) + ".")

    def _why_not_another(self, person: int, others: list[Alternative]) -> Text:
        if self._problem.people.pinned[person] >= 0:
            return Text("本人固定在这一场次", "they are pinned to this session")
        if self._kept is not None and self._kept[person]:
            return Text("保留原来的安排", "they keep the session they had")
        better = [other for other in others if other.extra_cost is not None and other.extra_cost < 0]
        if not better:
            return Text("没有更合适的场次", "no session would suit better")
        first = next((other for other in better if other.code == "open"), better[0])
        name = self._problem.sessions.ids[first.session]
        if first.code == "open":
            return Text(
                f"更合适的 {name} 还有号，可以改约", f"the better {name} still has room: it can be changed"
            )
        return Text(f"更合适的 {name} {first.why.zh}", f"the better {name}: {first.why.en}")

    def _why_left(self, others: list[Alternative]) -> Text:
        possible = [other for other in others if other.extra_cost is not None]
        if not possible:
            rules = sorted({(other.why.zh, other.why.en) for other in others})[:MOST_REASONS]
            zh = "；".join(zh for zh, _en in rules) or "没有场次"
            en = "; ".join(en for _zh, en in rules) or "there is no session"
            return Text(f"没有任何场次可去：{zh}。", f"No session is possible: {en}.")
        first = possible[0]
        name = self._problem.sessions.ids[first.session]
        if first.extra_cost is not None and first.extra_cost >= 0:
            return Text(
                f"未能安排；前往的代价高于不安排（最合适的 {name}）。",
                f"Left over: to come would cost more than to be left over (the best, {name}).",
            )
        return Text(
            f"未能安排；最合适的 {name}：{first.why.zh}。", f"Left over; the best, {name}: {first.why.en}."
        )


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
