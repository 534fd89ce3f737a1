"""Who comes, as a plan's document says it: appointments, walk-ins, buses, streams."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from vaxkit.faults import nearest
from vaxkit.simulation.plan import Slot, Source
from vaxkit.simulation.reading_basics import Reading
from vaxkit.vocabulary import Text


class Arrivals(Reading):
    """Reads the document's sources."""

    def source(self, raw: Mapping[str, Any]) -> Source:
        path = f"arrivals.{raw['id']}"
        kind = raw["kind"]
        entry = raw.get("entry", self.walked[0])
        if entry not in self.walked:
            self.fault(
                f"{path}.entry",
                f"没有工位 {entry}",
                f"there is no station {entry}",
                nearest(entry, self.walked),
            )
            entry = self.walked[0]
        slots: tuple[Slot, ...] = ()
        if kind == "appointments":
            slots = self.slots(path, raw)
        elif kind == "walk_ins":
            slots = self.rates(path, raw["rates"])
        elif kind == "buses":
            slots = tuple(
                Slot(at, at, row["people"])
                for number, row in enumerate(raw["buses"])
                for at in [self.time(f"{path}.buses.{number}.at", row["at"], 0.0)]
            )
        between = self.maybe(path, raw, "between")
        start = self.time(f"{path}.never_before", raw.get("never_before"), -math.inf)
        if kind == "stream":
            start = self.time(f"{path}.first", raw.get("first"), 0.0)
            if "number" not in raw and "until" not in raw:
                self.fault(
                    path, "没有结束", "never ends", Text("请写 number 或 until。", "Give number or until.")
                )
            if isinstance(raw.get("number"), list):
                self.fault(
                    f"{path}.number",
                    "应是一个数",
                    "must be one number",
                    Text("请写总人数。", "Write how many people in all."),
                )
            if between is not None and between.mean <= 0:
                self.fault(
                    f"{path}.between",
                    "平均间隔须大于 0",
                    "the mean must be more than 0",
                    Text("请改正。", "Correct it."),
                )
        until = self.time(f"{path}.until", raw.get("until"), math.inf)
        if kind == "stream" and until <= start:
            self.fault(
                f"{path}.until",
                "不晚于 first，一个人也来不了",
                "is not after first: nobody comes",
                Text("请核对 first 与 until。", "Check first and until."),
            )
        number = raw.get("number") if kind == "stream" and not isinstance(raw.get("number"), list) else None
        return Source(
            id=raw["id"],
            kind=kind,
            entry=entry,
            groups=self.mix(path, raw),
            slots=slots,
            shift=self.maybe(path, raw, "delay" if kind == "buses" else "shift", signed=True),
            between=between,
            no_show=float(raw.get("no_show", 0.0)),
            never_before=start,
            gap=float(raw.get("gap", 0.0)),
            number=math.inf if number is None else float(number),
            until=until,
        )

    def slots(self, path: str, raw: Mapping[str, Any]) -> tuple[Slot, ...]:
        first = self.time(f"{path}.first", raw["first"], 0.0)
        every = float(raw.get("every", 60))
        numbers = raw["number"]
        count = len(numbers) if isinstance(numbers, list) else 1
        if "slots" in raw:
            count = raw["slots"]
            if "until" in raw:
                self.fault(
                    path,
                    "slots 与 until 只能写一个",
                    "slots and until exclude each other",
                    Text("请删去一个。", "Delete one."),
                )
        elif "until" in raw:
            # `until` is the last instant at which a slot may begin.
            count = max(0, math.floor((self.time(f"{path}.until", raw["until"], 0.0) - first) / every) + 1)
            if not count:
                self.fault(
                    f"{path}.until",
                    "早于 first，没有一个时段",
                    "is before first: there is not one slot",
                    Text("请核对 first 与 until。", "Check first and until."),
                )
                return ()
        if count > 100_000:
            self.fault(path, "时段太多", "has too many slots", Text("请加大 every。", "Make every larger."))
            return ()
        if isinstance(numbers, list) and len(numbers) != count:
            self.fault(
                f"{path}.number",
                f"有 {len(numbers)} 个数，却有 {count} 个时段",
                f"has {len(numbers)} numbers for {count} slots",
                Text("请一一对应。", "Give one number a slot."),
            )
            return ()
        each = numbers if isinstance(numbers, list) else [numbers] * count
        return tuple(Slot(first + row * every, first + row * every, size) for row, size in enumerate(each))

    def rates(self, path: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Slot, ...]:
        found = []
        for number, row in enumerate(rows):
            start = self.time(f"{path}.rates.{number}.from", row["from"], 0.0)
            end = self.time(f"{path}.rates.{number}.until", row["until"], 0.0)
            if end <= start:
                self.fault(
                    f"{path}.rates.{number}",
                    "结束不晚于开始",
                    "ends before it begins",
                    Text("请把 until 写在 from 之后。", "Write an until after the from."),
                )
            found.append(Slot(start, end, float(row["per_hour"])))
        return tuple(sorted(found, key=lambda slot: slot.start))

    def mix(self, path: str, raw: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
        if "group" in raw and "groups" in raw:
            self.fault(
                path,
                "group 与 groups 只能写一个",
                "group and groups exclude each other",
                Text("请删去一个。", "Delete one."),
            )
        groups: Mapping[str, float] = raw.get("groups", {raw.get("group", self.groups[0].id): 1.0})
        self.known_groups(f"{path}.groups" if "groups" in raw else f"{path}.group", groups)
        self.adds_up(f"{path}.groups", list(groups.values()))
        return tuple(groups.items())
