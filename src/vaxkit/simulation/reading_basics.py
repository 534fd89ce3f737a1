"""What every part of a plan's document is read with: faults, times, distributions, names, shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vaxkit.faults import Fault, nearest
from vaxkit.simulation.distributions import read_distribution
from vaxkit.simulation.plan import Distribution, Group
from vaxkit.vocabulary import Text

EXIT = "exit"
MOST_PEOPLE = 5_000_000


class Reading:
    """A document that has the right form, and the faults of meaning found in it so far."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.raw = document
        self.problems: list[Fault] = []
        self.zero = clock_of(document["zero"]) if "zero" in document else None
        self.stations = {row["id"]: row for row in document["stations"]}
        groups = document.get("groups", [{"id": "everyone", "title": {"zh": "全部", "en": "everyone"}}])
        self.groups = tuple(Group(g["id"], title_of(g), g.get("priority", 0)) for g in groups)
        self.walked = [r["id"] for r in document["stations"] if r.get("kind", "service") != "preparation"]

    def fault(self, path: str, zh: str, en: str, fix: Text) -> None:
        self.problems.append(Fault(path, Text(zh, en), fix))

    def time(self, path: str, raw: object, absent: float) -> float:
        if raw is None:
            return absent
        if isinstance(raw, str):
            if self.zero is None:
                self.fault(
                    path,
                    "写了钟点，却没有 zero",
                    "is a clock time, but the plan has no zero",
                    Text(
                        '请在方案开头写 zero: "06:00"，或写分钟数。',
                        'Give zero: "06:00" at the top, or write minutes.',
                    ),
                )
                return absent
            return clock_of(raw) - self.zero
        assert isinstance(raw, int | float)
        return float(raw)

    def distribution(self, path: str, raw: Any, *, signed: bool = False) -> Distribution:
        return read_distribution(path, raw, self.problems, signed=signed)

    def maybe(
        self, path: str, raw: Mapping[str, Any], key: str, *, signed: bool = False
    ) -> Distribution | None:
        return self.distribution(f"{path}.{key}", raw[key], signed=signed) if key in raw else None

    def known_station(self, path: str, id: str) -> None:
        if id != EXIT and id not in self.walked:
            self.fault(path, f"没有工位 {id}", f"there is no station {id}", nearest(id, [*self.walked, EXIT]))

    def known_groups(self, path: str, names: Iterable[str]) -> None:
        known = [group.id for group in self.groups]
        for name in names:
            if name not in known:
                self.fault(path, f"没有人群 {name}", f"there is no group {name}", nearest(name, known))

    def unique(self, path: str, rows: Iterable[Mapping[str, Any]]) -> None:
        seen: set[str] = set()
        for row in rows:
            if row["id"] in seen:
                self.fault(path, f"标识 {row['id']} 出现两次", f"the id {row['id']} stands twice", rename())
            seen.add(row["id"])

    def adds_up(self, path: str, shares: Sequence[float]) -> None:
        if abs(sum(shares) - 1) > 1e-6:
            self.fault(
                path,
                f"比例之和是 {sum(shares):.6g}",
                f"the shares add up to {sum(shares):.6g}",
                Text("请使其和为 1。", "Make them add up to 1."),
            )


def clock_of(raw: str) -> float:
    hours, minutes = raw.split(":")
    return int(hours) * 60.0 + int(minutes)


def text_of(raw: Mapping[str, str]) -> Text:
    return Text(raw["zh"], raw["en"])


def title_of(raw: Mapping[str, Any]) -> Text:
    return text_of(raw["title"]) if "title" in raw else Text(raw["id"], raw["id"])


def rename() -> Text:
    return Text("请换一个标识。", "Choose another id.")
