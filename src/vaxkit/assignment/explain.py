"""Why this site and this hour, and what else was possible: for one person of a plan."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from vaxkit.assignment.booking import Book
from vaxkit.assignment.hubs import hubs
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.problem import Problem, person_cost
from vaxkit.assignment.rules import pin_problem
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another session: what it would cost the household more (negative: less), and why it is not the one. `code` is one of rule,
    household, full, no_dose, dearer, open."""

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

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem, self._plan = problem, plan
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
            if home >= 0:
                self._homes.setdefault(home, []).append(who)

    def explain(self, person: int) -> Explanation:
        """Why `person` (an index) comes where they come."""
        session = int(self._plan.session[person])
        together = self._together(person)
        found = [
            self._alternative(person, together, other)
            for other in range(len(self._problem.sessions.ids))
            if other != session
        ]
        found.sort(key=lambda a: (a.extra_cost is None, a.extra_cost or 0, a.session))
        return Explanation(session, self._because(person, session, found, len(together)), tuple(found))

    def _together(self, person: int) -> list[int]:
        """The household as it was assigned: those in the same session."""
        home = int(self._problem.people.household[person])
        members = self._homes.get(home, [person])
        return [who for who in members if self._plan.session[who] == self._plan.session[person]]

    def _alternative(self, person: int, together: list[int], session: int) -> Alternative:
        if broken := pin_problem(self._problem, person, session):
            return Alternative(session, None, "rule", broken)
        for who in together:
            if broken := pin_problem(self._problem, who, session):
                name = self._problem.people.ids[who]
                return Alternative(
                    session,
                    None,
                    "household",
                    Text(f"家人 {name}：{broken.zh}", f"of the household, {name}: {broken.en}"),
                )
        extra = sum(person_cost(self._problem, who, session) - self._now(who) for who in together)
        if self._book.seats[session] < len(together):
            free = self._book.seats[session]
            return Alternative(
                session,
                extra,
                "full",
                Text(
                    f"只剩 {free} 个号，需要 {len(together)} 个",
                    f"{free} seats are left, {len(together)} are needed",
                ),
            )
        if not self._has_doses(together, session):
            return Alternative(
                session, extra, "no_dose", Text("届时没有余苗", "no dose is left there for that day")
            )
        code = "dearer" if extra >= 0 else "open"
        return Alternative(session, extra, code, self._difference(person, session))

    def _now(self, who: int) -> int:
        session = int(self._plan.session[who])
        if session == LEFT:
            return self._problem.costs.left_over * int(self._problem.people.weight[who])
        return person_cost(self._problem, who, session)

    def _has_doses(self, together: list[int], session: int) -> bool:
        sessions, people = self._problem.sessions, self._problem.people
        stock, day = self._book.stock[int(sessions.site[session])], int(sessions.day[session])
        given = []
        for who in together:
            own = int(sessions.products[session])
            mask = int(people.products[who]) & own if own else int(people.products[who])
            if stock.give(day, mask, 1):
                given.append(mask)
        for mask in given:
            stock.take_back(day, mask, 1)
        return len(given) == len(together)

    def _difference(self, person: int, session: int) -> Text:
        now = int(self._plan.session[person])
        if now == LEFT:
            return Text("可以安排", "it would be possible")
        problem, sessions = self._problem, self._problem.sessions
        place = problem.people.place[person]
        km = float(problem.km[place, sessions.site[session]] - problem.km[place, sessions.site[now]])
        days = int(sessions.day[session] - sessions.day[now])
        zh = [f"路程{'多' if km > 0 else '少'} {abs(km):.1f} 公里"] if abs(km) >= 0.05 else []
        en = [f"{abs(km):.1f} km {'farther' if km > 0 else 'nearer'}"] if abs(km) >= 0.05 else []
        if days:
            zh.append(f"{'晚' if days > 0 else '早'} {abs(days)} 天")
            en.append(f"{abs(days)} days {'later' if days > 0 else 'earlier'}")
        return Text("，".join(zh) or "同样合适", ", ".join(en) or "just as good")

    def _because(self, person: int, session: int, others: list[Alternative], heads: int) -> Text:
        if session == LEFT:
            return self._why_left(others)
        problem, sessions = self._problem, self._problem.sessions
        day = date.fromordinal(int(sessions.day[session])).isoformat()
        site = problem.sites[sessions.site[session]]
        km = float(problem.km[problem.people.place[person], sessions.site[session]])
        late = max(0, int(sessions.day[session]) - max(int(problem.people.due[person]), problem.first_day))
        better = [other for other in others if other.extra_cost is not None and other.extra_cost < 0]
        zh, en = [f"安排在 {site} {day}，路程 {km:.1f} 公里"], [f"{site} on {day}, {km:.1f} km away"]
        zh.append(f"比应种日晚 {late} 天" if late else "不晚于应种日")
        en.append(f"{late} days after the day due" if late else "not after the day due")
        if heads > 1:
            zh.append(f"一家 {heads} 人同去")
            en.append(f"the household of {heads} together")
        if better:
            first = better[0]
            zh.append(f"更合适的 {sessions.ids[first.session]} {first.why.zh}")
            en.append(f"the better {sessions.ids[first.session]}: {first.why.en}")
        else:
            zh.append("没有更合适的场次")
            en.append("no session would suit better")
        return Text("；".join(zh) + "。", "; ".join(en) + ".")

    def _why_left(self, others: list[Alternative]) -> Text:
        possible = [other for other in others if other.extra_cost is not None]
        if not possible:
            rules = {(other.why.zh, other.why.en) for other in others}
            zh, en = sorted(rules)[0] if rules else ("没有场次", "there is no session")
            return Text(f"没有任何场次可去：{zh}。", f"No session is possible: {en}.")
        first = possible[0]
        name = self._problem.sessions.ids[first.session]
        return Text(
            f"未能安排；最近的 {name}：{first.why.zh}。", f"Left over; the best, {name}: {first.why.en}."
        )
