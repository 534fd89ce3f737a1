"""A document into a plan: form by the JSON Schema, meaning by the checks here; every fault is named at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from vaxkit.faults import Faulty, nearest, schema_faults
from vaxkit.ruledata.plans import plan_schema
from vaxkit.simulation.plan import (
    Balk,
    Gate,
    Releases,
    Shift,
    SitePlan,
    Source,
    Station,
    Stock,
    Way,
)
from vaxkit.simulation.reading_basics import EXIT, rename, text_of, title_of
from vaxkit.simulation.reading_sense import Sense
from vaxkit.vocabulary import Text

_NEEDS = {
    "service": ("servers", "service"),
    "delay": ("service",),
    "gate": ("group_size",),
    "preparation": ("servers", "service", "supplies", "releases"),
}
_EVERYWHERE = {"id", "title", "kind", "zone", "promise"}
_ONWARD = {"next", "walk", "outcomes"}
_STAFFED = {"servers", "breaks", "after_last_shift", "service"}
_MAY = {
    "service": _EVERYWHERE | _ONWARD | _STAFFED | {"service_for", "waiting_room", "balk", "patience"},
    "delay": _EVERYWHERE | _ONWARD | {"service", "service_for"},
    "gate": _EVERYWHERE | _ONWARD | {"group_size", "longest", "every", "first"},
    "preparation": _EVERYWHERE | _STAFFED | {"supplies", "items", "releases"},
}


_ID = (
    Text("{given} 不能作标识", "{given} cannot be an id"),
    Text(
        "请用小写字母开头，只含小写字母、数字和下划线，不超过40个字符。",
        "Begin with a small letter; use small letters, digits and underscores, 40 at most.",
    ),
)
_CLOCK = (
    Text("{given} 不是钟点", "{given} is not a clock time"),
    Text('请写成 "08:30"，或写分钟数。', 'Write "08:30", or a number of minutes.'),
)
_PATTERNS = {
    "^[a-z][a-z0-9_]{0,39}(?!\\n)$": _ID,
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": _CLOCK,
    "^([01]?[0-9]|2[0-9]|3[0-9]|4[0-7]):[0-5][0-9]$": _CLOCK,
}


def read_plan(document: object) -> SitePlan:
    """The plan in a document (what YAML or JSON parses to). Raises Faulty with every fault found."""
    problems = schema_faults(plan_schema(), document, _PATTERNS)
    if problems:
        raise Faulty(problems)
    assert isinstance(document, Mapping)
    reader = _Reader(document)
    plan = reader.plan()
    if reader.problems:
        raise Faulty(reader.problems)
    return plan


class _Reader(Sense):
    """Reads one document that has the right form, collecting faults of meaning."""

    def plan(self) -> SitePlan:
        raw = self.raw
        for name in ("stations", "arrivals", "groups", "stocks"):
            self.unique(name, raw.get(name, ()))
        if EXIT in self.stations:
            self.fault(
                "stations",
                "exit 是离开，不能作工位标识",
                "exit means leaving; no station can be called so",
                rename(),
            )
        if not self.walked:
            self.fault(
                "stations",
                "没有人走的工位",
                "there is no station for people",
                Text("请加一个工位。", "Add one."),
            )
            self.walked = [next(iter(self.stations))]
        stations = tuple(self.station(row) for row in raw["stations"])
        for station in stations:
            self.breaks_fit(station)
        self.supplied(stations)
        sources = tuple(self.source(row) for row in raw["arrivals"])
        self.ways_lead_on(stations, sources)
        plan = self.whole(stations, sources)
        if not self.problems:
            self.day_makes_sense(plan)
        return plan

    def whole(self, stations: tuple[Station, ...], sources: tuple[Source, ...]) -> SitePlan:
        raw = self.raw
        return SitePlan(
            title=text_of(raw["title"]),
            stations=stations,
            sources=sources,
            groups=self.groups,
            stocks=self.stocks(),
            zero=self.zero or 0.0,
            closes=self.time("closes", raw.get("closes"), math.inf),
            ends=self.time("ends", raw["ends"], 0.0) if "ends" in raw else None,
            stops=self.time("stops", raw.get("stops"), math.inf),
            warm_up=self.time("warm_up", raw.get("warm_up"), -math.inf),
            series_every=float(raw.get("series_every", 5.0)),
        )

    # --- stations

    def station(self, raw: Mapping[str, Any]) -> Station:
        path = f"stations.{raw['id']}"
        kind = raw.get("kind", "service")
        for key in _NEEDS[kind]:
            if key not in raw:
                self.fault(
                    path,
                    f"缺少 {key}",
                    f"{key} is missing",
                    Text(f"{kind} 需要 {key}，请补上。", f"A {kind} needs {key}; add it."),
                )
        for key in raw:
            if key not in _MAY[kind]:
                self.fault(
                    f"{path}.{key}",
                    f"{kind} 没有 {key} 这一项",
                    f"a {kind} has no {key}",
                    nearest(key, sorted(_MAY[kind])),
                )
        service_for = {
            name: self.distribution(f"{path}.service_for.{name}", dist)
            for name, dist in raw.get("service_for", {}).items()
        }
        self.known_groups(f"{path}.service_for", service_for)
        return Station(
            id=raw["id"],
            title=title_of(raw),
            kind=kind,
            zone=raw.get("zone", raw["id"]),
            service=self.distribution(f"{path}.service", raw.get("service", 0)),
            service_for=service_for,
            ways=self.ways(path, raw) if kind != "preparation" else (),
            shifts=self.shifts(f"{path}.servers", raw.get("servers")),
            breaks=self.shifts(f"{path}.breaks", raw.get("breaks")),
            always=self.always(path, raw, kind),
            stay=raw.get("after_last_shift", "stay") == "stay",
            room=raw.get("waiting_room"),
            patience=self.distribution(f"{path}.patience", raw["patience"]) if "patience" in raw else None,
            balk=self.balk(path, raw.get("balk", ())),
            gate=self.gate(path, raw) if kind == "gate" else None,
            supplies=raw.get("supplies"),
            releases=self.releases(path, raw) if kind == "preparation" and "releases" in raw else None,
            promise=raw.get("promise"),
        )

    def balk(self, path: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Balk, ...]:
        queues = [row["queue"] for row in rows]
        if len(set(queues)) < len(queues):
            self.fault(
                f"{path}.balk",
                "同一队长写了两次",
                "one queue stands twice",
                Text("每个队长只写一个比例。", "Give one share for each queue."),
            )
        return tuple(Balk(row["queue"], row["share"]) for row in sorted(rows, key=lambda r: int(r["queue"])))

    def always(self, path: str, raw: Mapping[str, Any], kind: str) -> int:
        servers = raw.get("servers", 0)
        if isinstance(servers, list):
            if not any(row["servers"] for row in servers):
                self.fault(
                    f"{path}.servers",
                    "没有一个班次有人",
                    "no shift has anybody",
                    Text("请排人。", "Put somebody on."),
                )
            return 0
        if "servers" in raw and servers == 0:
            self.fault(
                f"{path}.servers",
                "没有人服务",
                "nobody serves here",
                Text("请至少写 1。", "Write 1 at least."),
            )
        return int(servers)

    def shifts(self, path: str, raw: object) -> tuple[Shift, ...]:
        if not isinstance(raw, list):
            return ()
        found = []
        for row, shift in enumerate(raw):
            start = self.time(f"{path}.{row}.from", shift["from"], 0.0)
            end = self.time(f"{path}.{row}.until", shift["until"], 0.0)
            if end <= start:
                self.fault(
                    f"{path}.{row}",
                    "结束不晚于开始",
                    "ends before it begins",
                    Text("请把 until 写在 from 之后。", "Write an until after the from."),
                )
            found.append(Shift(start, end, shift["servers"]))
        return tuple(found)

    def breaks_fit(self, station: Station) -> None:
        """A break of more people than are there is a slip of the pen; where nobody is on duty, it may stand."""
        turns = {pause.start for pause in station.breaks} | {
            at for shift in station.shifts for at in (shift.start, shift.end)
        }
        for when in sorted(turns):
            there = station.always or sum(
                shift.servers for shift in station.shifts if shift.start <= when < shift.end
            )
            away = sum(pause.servers for pause in station.breaks if pause.start <= when < pause.end)
            if 0 < there < away:
                self.fault(
                    f"stations.{station.id}.breaks",
                    f"{there} 人在岗，却有 {away} 人休息",
                    f"{away} are on a break while {there} are on duty",
                    Text("请减少休息人数，或增加在岗人数。", "Send fewer on the break, or put more on."),
                )
                return
        anybody = station.always or any(shift.servers for shift in station.shifts)
        if anybody and station.stay and station.levels()[-1][1] == 0:
            self.fault(
                f"stations.{station.id}.breaks",
                "最后一班结束时全在休息，没有人能留下",
                "when the last shift ends everybody is on a break, so nobody can stay",
                Text(
                    "请缩短休息，或写 after_last_shift: leave。",
                    "Shorten the break, or write after_last_shift: leave.",
                ),
            )

    def ways(self, path: str, raw: Mapping[str, Any]) -> tuple[Way, ...]:
        if "outcomes" not in raw:
            after = raw.get("next", self.following(raw["id"]))
            self.known_station(f"{path}.next", after)
            return (
                Way(
                    "on",
                    Text("继续", "on"),
                    1.0,
                    None if after == EXIT else after,
                    self.maybe(path, raw, "walk"),
                ),
            )
        if "next" in raw:
            self.fault(
                f"{path}.next",
                "next 与 outcomes 只能写一个",
                "next and outcomes exclude each other",
                Text("请把 next 写进每个 outcome。", "Write next into each outcome."),
            )
        self.unique(f"{path}.outcomes", raw["outcomes"])
        self.adds_up(f"{path}.outcomes", [row["share"] for row in raw["outcomes"]])
        found = []
        for row in raw["outcomes"]:
            here = f"{path}.outcomes.{row['id']}"
            after = row.get("next", self.following(raw["id"]))
            self.known_station(f"{here}.next", after)
            walk = self.maybe(here, row, "walk") if "walk" in row else self.maybe(path, raw, "walk")
            found.append(
                Way(
                    row["id"],
                    title_of(row),
                    row["share"],
                    None if after == EXIT else after,
                    walk,
                    self.maybe(here, row, "service"),
                )
            )
        return tuple(found)

    def following(self, id: str) -> str:
        row = self.walked.index(id) + 1 if id in self.walked else len(self.walked)
        return self.walked[row] if row < len(self.walked) else EXIT

    def gate(self, path: str, raw: Mapping[str, Any]) -> Gate | None:
        if ("longest" in raw) == ("every" in raw):
            self.fault(
                path,
                "longest 与 every 须写一个",
                "longest or every is needed, not both",
                Text(
                    "凑批放行写 longest，定时放行写 every。",
                    "Write longest for groups that gather, every for a timetable.",
                ),
            )
            return None
        first = self.time(f"{path}.first", raw.get("first"), 0.0)
        return Gate(
            raw.get("group_size", 1), float(raw.get("longest", 0.0)), float(raw.get("every", 0.0)), first
        )

    def releases(self, path: str, raw: Mapping[str, Any]) -> Releases:
        row = raw["releases"]
        if row["batches"] > 1 and "every" not in row:
            self.fault(
                f"{path}.releases",
                "缺少 every",
                "every is missing",
                Text("多批须写间隔。", "Several batches need the minutes between them."),
            )
        first = self.time(f"{path}.releases.first", row["first"], 0.0)
        return Releases(raw.get("items", "who_come"), first, float(row.get("every", 0.0)), row["batches"])

    def stocks(self) -> tuple[Stock, ...]:
        found: list[Stock] = []
        for raw in self.raw.get("stocks", ()):
            path = f"stocks.{raw['id']}.station"
            target = self.stations.get(raw["station"])
            if target is None or target.get("kind", "service") != "service":
                self.fault(
                    path,
                    f"{raw['station']} 不是服务工位",
                    f"{raw['station']} is no service station",
                    nearest(raw["station"], self.served()),
                )
            elif any(stock.station == raw["station"] for stock in found):
                self.fault(
                    path,
                    "一个工位只能有一种库存",
                    "a station can have one stock only",
                    Text("请合并。", "Merge them."),
                )
            found.append(
                Stock(
                    raw["id"], raw["station"], raw.get("doses_per_vial", 1), raw.get("vials"),
                    float(raw.get("open_minutes", math.inf)), float(raw.get("spoiled", 0.0)),
                )
            )  # fmt: skip
        return tuple(found)
