"""Assignment problems and plans as JSON documents, for files and for other programs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from vaxkit.assignment.booking import BEYOND
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.priorities import rules, weight
from vaxkit.assignment.problem import Batches, Costs, Ints, People, Problem, Sessions
from vaxkit.faults import Fault, Faulty, nearest, schema_faults
from vaxkit.ruledata.packaged import packaged_schema, packaged_text
from vaxkit.vocabulary import Text

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_PATTERNS = {
    _DAY: (
        Text("{given} 不是日期", "{given} is not a day"),
        Text('写成 "2021-06-01"。', 'Write "2021-06-01".'),
    ),
    _CLOCK: (
        Text("{given} 不是钟点", "{given} is not a clock time"),
        Text('写成 "08:30"。', 'Write "08:30".'),
    ),
}
_ALWAYS = date.max.toordinal()


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a problem."""
    return packaged_schema("assignment", "problem")


def example_text() -> str:
    """The shipped problem, as JSON."""
    return packaged_text("assignment/examples/township.json")


def read(document: Any) -> Problem:
    """A problem from its document. Raises Faulty with every fault found."""
    if faults := schema_faults(schema(), document, _PATTERNS):
        raise Faulty(faults)
    return _Reader(document).problem()


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._faults: list[Fault] = []
        self._sites = self._names("sites")
        self._products = self._names("products")
        self._places = {name: row for row, name in enumerate(document["distances_km"])}
        self._first = self._day(document["first_day"], "first_day")
        self._last = self._day(document["last_day"], "last_day")

    def problem(self) -> Problem:
        document = self._document
        if self._last < self._first:
            self._fault(
                "last_day",
                Text("早于 first_day", "is before first_day"),
                Text("请核对两个日期。", "Check the two days."),
            )
        sessions, people = self._sessions(), None
        by_id = {name: row for row, name in enumerate(sessions.ids)}
        for attribute, by_value in document.get("category_sites", {}).items():
            for value, sites in by_value.items():
                self._bits(self._sites, sites, f"category_sites.{attribute}.{value}")
        people = self._people(by_id)
        batches = self._batches()
        if self._faults:
            raise Faulty(self._faults)
        return Problem(
            places=tuple(self._places), sites=tuple(self._sites), products=tuple(self._products), km=self._km(),
            sessions=sessions, batches=batches, people=people, first_day=self._first, last_day=self._last,
            costs=Costs(**document.get("costs", {})), nearest_sites=document.get("nearest_sites"),
        )  # fmt: skip

    def _km(self) -> np.ndarray:
        km = np.full((len(self._places), len(self._sites)), np.inf)
        for place, row in self._document["distances_km"].items():
            for site, distance in row.items():
                km[self._places[place], self._sites[site]] = distance
        return km

    def _sessions(self) -> Sessions:
        rows = self._document["sessions"]
        self._once([row["id"] for row in rows], "sessions")
        at = [f"sessions.{row['id']}" for row in rows]
        minutes = [row.get("start", "00:00").split(":") for row in rows]
        for place, sites in self._document["distances_km"].items():
            for site in sites:
                self._find(self._sites, site, f"distances_km.{place}")
        days = [self._day(row["day"], path, self._first) for row, path in zip(rows, at, strict=True)]
        for day, path in zip(days, at, strict=True):
            if not self._first <= day <= self._last:
                self._fault(
                    f"{path}.day",
                    Text("不在 first_day 至 last_day 之内", "is not between first_day and last_day"),
                    Text("改场次日期，或改计划的起止日。", "Change the session's day or the plan's days."),
                )
        return Sessions(
            ids=tuple(row["id"] for row in rows),
            site=_ints([self._find(self._sites, row["site"], path) for row, path in zip(rows, at, strict=True)]),
            day=_ints(days),
            minute=_ints([int(hour) * 60 + int(minute) for hour, minute in minutes]),
            seats=_ints([row["seats"] for row in rows]),
            products=_ints([self._bits(self._products, row.get("products"), path) for row, path in zip(rows, at, strict=True)]),
            burden=_ints([row.get("burden", 0) for row in rows]),
        )  # fmt: skip

    def _batches(self) -> Batches:
        rows = self._document["stock"]
        at = [f"stock.{row}" for row in range(len(rows))]
        first = [self._day(row.get("from"), path, 0) for row, path in zip(rows, at, strict=True)]
        last = [self._day(row.get("until"), path, _ALWAYS) for row, path in zip(rows, at, strict=True)]
        for start, end, path in zip(first, last, at, strict=True):
            if end < start:
                self._fault(
                    f"{path}.until",
                    Text("早于 from", "is before from"),
                    Text("请核对两个日期。", "Check the two days."),
                )
        return Batches(
            site=_ints([self._find(self._sites, row["site"], path) for row, path in zip(rows, at, strict=True)]),
            product=_ints([self._find(self._products, row["product"], path) for row, path in zip(rows, at, strict=True)]),
            doses=_ints([row["doses"] for row in rows]),
            first_day=_ints(first), last_day=_ints(last),
        )  # fmt: skip

    def _people(self, sessions: Mapping[str, int]) -> People:
        rows = self._document["people"]
        self._once([row["id"] for row in rows], "people")
        homes: dict[str, int] = {}
        columns: dict[str, list[Any]] = {name: [] for name in People.__slots__}
        ranking = rules(self._document.get("priorities", []), self._faults)
        everything = (1 << len(self._products)) - 1
        for row in rows:
            path = f"people.{row['id']}"
            earliest = self._day(row.get("earliest"), f"{path}.earliest", self._first)
            latest = self._day(row.get("latest"), f"{path}.latest", self._last)
            # A window that lies wholly before or after the plan is no fault: nobody can be asked to come then.
            if latest < earliest and "earliest" in row and "latest" in row:
                self._fault(
                    f"{path}.latest",
                    Text("早于 earliest", "is before earliest"),
                    Text("请核对窗口。", "Check the window."),
                )
            following = row.get("next_dose", {"min_days": 0, "max_days": 0})
            if following["max_days"] < following["min_days"]:
                self._fault(
                    f"{path}.next_dose",
                    Text("max_days 小于 min_days", "max_days is less than min_days"),
                    Text("请核对间隔。", "Check the interval."),
                )
            attributes = row.get("attributes", {})
            home = row.get("household")
            values = {
                "ids": row["id"], "place": self._find(self._places, row["place"], path),
                "household": -1 if home is None else homes.setdefault(home, len(homes)),
                "products": self._bits(self._products, row.get("products"), path) or everything,
                "earliest": earliest, "latest": latest, "due": self._day(row.get("due"), f"{path}.due", earliest),
                "weight": row.get("weight") or weight(ranking, attributes), "sites": self._own_sites(row, attributes, path),
                "farthest": row.get("max_km", np.inf), "next_after": following["min_days"],
                "next_until": following["max_days"],
                "pinned": self._find(sessions, row["session"], path) if "session" in row else -1,
            }  # fmt: skip
            for name, value in values.items():
                columns[name].append(value)
        ids, farthest = tuple(columns.pop("ids")), np.array(columns.pop("farthest"), dtype=np.float64)
        return People(ids=ids, farthest=farthest, **{name: _ints(values) for name, values in columns.items()})

    def _own_sites(self, row: Mapping[str, Any], attributes: Mapping[str, Any], path: str) -> int:
        """The sites named for the person, and those for their category: both must agree."""
        mask = self._bits(self._sites, row.get("sites"), path)
        for attribute, by_value in self._document.get("category_sites", {}).items():
            value = attributes.get(attribute)
            named = by_value.get(str(value).lower() if isinstance(value, bool) else str(value))
            own = sum({1 << self._sites.get(name, 0) for name in named or ()})
            both = mask & own if mask and own else mask or own
            if mask and own and not both:
                self._fault(
                    f"{path}.sites",
                    Text("与该类人群的接种点没有共同之处", "share nothing with the sites of the category"),
                    Text("改 sites 或 category_sites。", "Change sites or category_sites."),
                )  # fmt: skip
            mask = both
        return mask

    def _names(self, field: str) -> dict[str, int]:
        self._once(self._document[field], field)
        return {name: row for row, name in enumerate(self._document[field])}

    def _once(self, names: Sequence[str], path: str) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                self._fault(
                    f"{path}.{name}",
                    Text("出现两次", "appears twice"),
                    Text("每个只写一次。", "Write each once."),
                )
            if not name.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in name):
                self._fault(
                    f"{path}.{name.encode('utf-8', 'backslashreplace').decode()}",
                    Text("含有半个字符", "contains half a character"),
                    Text("请重新输入这个名称。", "Type the name again."),
                )
            seen.add(name)

    def _find(self, known: Mapping[str, int], name: str, path: str) -> int:
        if name not in known:
            self._faults.append(
                Fault(path, Text(f"没有 {name}", f"there is no {name}"), nearest(name, known))
            )
        return known.get(name, 0)

    def _bits(self, known: Mapping[str, int], names: Sequence[str] | None, path: str) -> int:
        return sum({1 << self._find(known, name, path) for name in names or ()})

    def _day(self, text: str | None, path: str, default: int = 0) -> int:
        if text is None:
            return default
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            self._fault(
                path,
                Text(f"{text} 不是日历上的日子", f"{text} is no day of the calendar"),
                Text("请核对。", "Check it."),
            )
            return default

    def _fault(self, path: str, what: Text, fix: Text) -> None:
        self._faults.append(Fault(path, what, fix))


def written(problem: Problem, plan: Plan, why: Callable[[int], str] | None = None) -> dict[str, Any]:
    """A plan as a document: who comes where and when, and what is proven."""
    sessions, batches = problem.sessions, problem.batches

    def visit(session: int, batch: int) -> dict[str, Any]:
        return {
            "session": sessions.ids[session], "site": problem.sites[sessions.site[session]],
            "day": date.fromordinal(int(sessions.day[session])).isoformat(),
            "start": f"{sessions.minute[session] // 60:02d}:{sessions.minute[session] % 60:02d}",
            "product": problem.products[batches.product[batch]], "batch": int(batch),
        }  # fmt: skip

    people = []
    for who, name in enumerate(problem.people.ids):
        row: dict[str, Any] = {"id": str(name)}
        if plan.session[who] == LEFT:
            row["left_over"] = True
        else:
            row |= visit(int(plan.session[who]), int(plan.batch[who]))
        if plan.later[who] == BEYOND:
            row["next_dose"] = "after the plan"
        elif plan.later[who] >= 0:
            row["next_dose"] = visit(int(plan.later[who]), int(plan.later_batch[who]))
        if why:
            row["why"] = why(who)
        people.append(row)
    return {
        "cost": plan.cost, "bound": round(plan.bound, 3), "gap": round(plan.gap, 6), "left_over": plan.left_over,
        "people": people,
    }  # fmt: skip


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
