"""A document into a campaign plan: form by the schema, meaning by the checks here; every fault is named at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from vaxkit.campaign.plan import CampaignPlan, Event, Group, Place, Scenario
from vaxkit.faults import Fault, Faulty, nearest, schema_faults
from vaxkit.ruledata.packaged import packaged_schema, packaged_text
from vaxkit.vocabulary import Text

_PATTERNS = {
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": (
        Text("{given} 不是日期", "{given} is not a day"),
        Text('写成 "2021-06-01"。', 'Write "2021-06-01".'),
    ),
    "^[a-z][a-z0-9_]{0,39}$": (
        Text("{given} 不能作标识", "{given} cannot be an id"),
        Text(
            "用小写字母开头，只用小写字母、数字和下划线。",
            "Begin with a small letter; small letters, digits, underscores.",
        ),
    ),
}
#: What each kind of event must say.
_NEEDS = {
    "vaccine_late": "days", "site_closed": "site", "staff_sick": "share", "rush": "factor", "rain": "factor",
    "aefi_cluster": "share",
}  # fmt: skip
#: What it may say besides, and between what its factor lies.
_MAY = {"aefi_cluster": frozenset({"half_life_days"})}
_FACTORS = {"rush": (1.0, 20.0), "rain": (0.0, 1.0)}
#: The last day a plan may hold; simulated days beyond it would have no date.
_LAST = date(9900, 1, 1).toordinal()


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a campaign plan."""
    return packaged_schema("campaign", "campaign")


def example_text() -> str:
    """The shipped plan, as YAML."""
    return packaged_text("campaign/examples/county.yaml")


def read_plan(document: Any) -> CampaignPlan:
    """The plan in a document. Raises Faulty with every fault found."""
    if faults := schema_faults(schema(), document, _PATTERNS):
        raise Faulty(faults)
    reader = _Reader(document)
    plan = reader.plan()
    if reader.faults:
        raise Faulty(reader.faults)
    return plan


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._raw = document
        self.faults: list[Fault] = []
        self._first = self._day(document["first_day"], "first_day")
        self._sites = [row["id"] for row in document["sites"]]

    def plan(self) -> CampaignPlan:
        raw = self._raw
        for name in ("groups", "sites", "scenarios"):
            self._once(name, [row["id"] for row in raw.get(name, ())])
        if any(row["id"] == "as_planned" for row in raw.get("scenarios", ())):
            self._fault(
                "scenarios.as_planned", "as_planned 是没有情形时的名字", "as_planned is the plan without a scenario", "请改名",
                "Rename it",
            )  # fmt: skip
        groups = tuple(self._group(row) for row in raw["groups"])
        dose = raw["target"].get("dose", max(group.doses for group in groups))
        if dose > max(group.doses for group in groups):
            self._fault(
                "target.dose", f"没有第 {dose} 剂", f"there is no dose {dose}", "改成某人群的剂次", "Name a dose of a group"
            )  # fmt: skip
            dose = 1
        stock, people = raw["stock"], raw.get("people", {})
        deliveries: dict[int, int] = {}
        for row, each in enumerate(stock.get("deliveries", ())):
            day = self._day(each["day"], f"stock.deliveries.{row}")
            deliveries[day] = deliveries.get(day, 0) + each["doses"]
        return CampaignPlan(
            title=Text(raw["title"]["zh"], raw["title"]["en"]), first=self._first, most_days=raw.get("most_days", 120),
            target=raw["target"]["share"], target_dose=dose, groups=groups,
            places=tuple(self._place(row) for row in raw["sites"]), stock=stock["on_hand"], deliveries=deliveries,
            wasted=stock.get("wasted", 0.01), keep=people.get("keep", 0.35), spread=people.get("spread", 0.2),
            scenarios=tuple(self._scenario(row) for row in raw.get("scenarios", ())),
        )  # fmt: skip

    def _group(self, row: Mapping[str, Any]) -> Group:
        path, doses = f"groups.{row['id']}", row.get("doses", 2)
        done = tuple(row.get("done", ()))
        if len(done) > doses or any(a < b for a, b in zip((row["people"], *done), done, strict=False)):
            self._fault(
                f"{path}.done", "各剂次已种人数须逐次不增，且不多于人数", "no number may exceed the one before, nor the people",
                "请核对", "Check the numbers",
            )  # fmt: skip
        due = row.get("due", ())
        if len(due) > doses - 1:
            self._fault(
                f"{path}.due", "多于后续剂次", "more than there are later doses", "请核对", "Check the list"
            )
        had = (*done, *[0] * (doses - len(done)))
        for nth, by_day in enumerate(due[: doses - 1]):
            if sum(by_day.values()) > had[nth] - had[nth + 1]:
                self._fault(
                    f"{path}.due", f"第 {nth + 2} 剂待种多于已种上一剂而未种这一剂的人",
                    f"more wait for dose {nth + 2} than had the one before and not this one",
                    "请核对 done 和 due", "Check done and due",
                )  # fmt: skip
        return Group(
            row["id"], _title(row), row["people"], doses, (*done, *[0] * (doses - len(done)))[:doses], row["willing"],
            row.get("persuaded_a_day", 0.0), row.get("eager", 0.1), row.get("interval_days", 21),
            tuple({self._day(day, f"{path}.due"): people for day, people in each.items()} for each in due)[: doses - 1],
        )  # fmt: skip

    def _place(self, row: Mapping[str, Any]) -> Place:
        given = row["doses_a_day"]
        capacity = tuple(given) if isinstance(given, list) else (given,) * 7
        closed = frozenset(self._day(day, f"sites.{row['id']}.closed") for day in row.get("closed", ()))
        return Place(row["id"], _title(row), capacity, closed)

    def _scenario(self, row: Mapping[str, Any]) -> Scenario:
        events = tuple(
            self._event(each, f"scenarios.{row['id']}.events.{nth}") for nth, each in enumerate(row["events"])
        )
        return Scenario(row["id"], _title(row), events)

    def _event(self, row: Mapping[str, Any], path: str) -> Event:
        kind = row["kind"]
        need = _NEEDS[kind]
        if need not in row:
            self._fault(path, f"{kind} 缺 {need}", f"{kind} needs {need}", f"请加上 {need}", f"Add {need}")
        for name in sorted(set(row) - {"kind", "from", "until", need} - _MAY.get(kind, frozenset())):
            self._fault(
                f"{path}.{name}", f"{kind} 不用 {name}", f"{kind} has no {name}",
                f"请删去；天数由 from 和 until 定，大小写在 {need}", f"Delete it: from and until say how long, {need} how much",
            )  # fmt: skip
        if "site" in row and row["site"] not in self._sites:
            known = nearest(row["site"], self._sites)
            self.faults.append(
                Fault(f"{path}.site", Text(f"没有 {row['site']}", f"there is no {row['site']}"), known)
            )
        first = self._day(row["from"], f"{path}.from")
        last = self._day(row["until"], f"{path}.until") if "until" in row else first
        if last < first:
            self._fault(
                f"{path}.until", "早于 from", "is before from", "请核对两个日期", "Check the two days"
            )
        amount = float(row.get(need, 0)) if need != "site" else 0.0
        if kind in _FACTORS and need in row and not _FACTORS[kind][0] <= amount <= _FACTORS[kind][1]:
            least, most = _FACTORS[kind]
            self._fault(
                f"{path}.factor", f"{kind} 的倍数应在 {least:g} 到 {most:g} 之间",
                f"the factor of {kind} lies between {least:g} and {most:g}",
                "平时的一半写 0.5，两倍写 2", "Half of the usual people is 0.5, twice as many 2",
            )  # fmt: skip
        return Event(kind, first, last, amount, row.get("site", ""), row.get("half_life_days", 7.0))

    def _day(self, text: str, path: str) -> int:
        try:
            day = date.fromisoformat(text).toordinal()
            if day <= _LAST:
                return day
            raise ValueError
        except ValueError:
            self._fault(path, f"没有 {text} 这一天", f"there is no day {text}", "请核对日期", "Check the day")
            return 1

    def _once(self, path: str, ids: list[str]) -> None:
        for name in sorted({each for each in ids if ids.count(each) > 1}):
            self._fault(path, f"{name} 出现两次", f"{name} stands twice", "请改名", "Rename one of them")

    def _fault(self, path: str, zh: str, en: str, fix_zh: str, fix_en: str) -> None:
        self.faults.append(Fault(path, Text(zh, en), Text(f"{fix_zh}。", f"{fix_en}.")))


def _title(row: Mapping[str, Any]) -> Text:
    title = row.get("title")
    return Text(title["zh"], title["en"]) if title else Text(row["id"], row["id"])
