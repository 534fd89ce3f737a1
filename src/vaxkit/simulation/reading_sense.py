"""What only a whole plan can get wrong: who supplies whom, ways that lead nowhere, a day too large or shut to everybody."""

from __future__ import annotations

from collections.abc import Sequence

from vaxkit.faults import nearest
from vaxkit.simulation.plan import SitePlan, Source, Station
from vaxkit.simulation.reading_arrivals import Arrivals
from vaxkit.simulation.reading_basics import EXIT, MOST_PEOPLE
from vaxkit.simulation.sizes import MOST_VISITS, begins, people_of, visits_of
from vaxkit.vocabulary import Text


class Sense(Arrivals):
    """Checks stations and sources that were read."""

    def supplied(self, stations: Sequence[Station]) -> None:
        seen: set[str] = set()
        for station in stations:
            if station.supplies is None:
                continue
            path = f"stations.{station.id}.supplies"
            target = self.stations.get(station.supplies)
            if target is None or target.get("kind", "service") != "service":
                self.fault(
                    path,
                    f"{station.supplies} 不是服务工位",
                    f"{station.supplies} is no service station",
                    nearest(station.supplies, self.served()),
                )
            if station.supplies in seen:
                self.fault(
                    path,
                    "一个工位只能由一处供应",
                    "a station can have one supplier only",
                    Text("请合并。", "Merge them."),
                )
            seen.add(station.supplies)

    def served(self) -> list[str]:
        return [row["id"] for row in self.raw["stations"] if row.get("kind", "service") == "service"]

    def ways_lead_on(self, stations: Sequence[Station], sources: Sequence[Source]) -> None:
        """Whoever enters must be able to leave, whatever happens to him; and somebody must come to every station."""
        ends = {EXIT}
        grown = True
        while grown:
            fresh = {
                s.id
                for s in stations
                if s.id not in ends and any((w.next or EXIT) in ends and w.share > 0 for w in s.ways)
            }
            grown = bool(fresh)
            ends |= fresh
        for station in stations:
            if station.ways and station.id not in ends:
                self.fault(
                    f"stations.{station.id}",
                    "从这里走不到出口",
                    "nobody gets from here to the exit",
                    Text("请检查 next，让流程通向 exit。", "Correct next so that the way leads to exit."),
                )
        seen = {source.entry for source in sources}
        found = list(seen)
        onward = {s.id: [w.next for w in s.ways if w.next] for s in stations}
        while found:
            fresh = set(onward.get(found.pop(), ())) - seen
            seen |= fresh
            found += fresh
        for station in stations:
            if station.ways and station.id not in seen:
                self.fault(
                    f"stations.{station.id}",
                    "没有人走得到这里",
                    "nobody gets here",
                    Text(
                        "请在前面的 next 或 entry 里写上它，或删去。",
                        "Name it in a next or an entry, or delete it.",
                    ),
                )

    def day_makes_sense(self, plan: SitePlan) -> None:
        """What a whole plan can ask too much of, or shut everybody out with."""
        expected = sum(people_of(source) for source in plan.sources)
        if expected > MOST_PEOPLE:
            many = f"{expected:.0f}" if expected < 1e12 else "10^12"
            self.fault("arrivals", f"约 {many} 人，太多", f"some {many} people are too many",
                       Text(f"请不超过 {MOST_PEOPLE} 人。", f"Keep below {MOST_PEOPLE}."))  # fmt: skip
            return
        visits = visits_of(plan)
        if visits > MOST_VISITS:
            self.fault("stations", f"一天约有 {visits:.3g} 人次走过各工位，太多",
                       f"some {visits:.3g} visits to stations a day are too many",
                       Text(f"请让回头的比例小些，或人少些（不超过 {MOST_VISITS} 人次）。",
                            f"Let fewer people come back, or fewer come at all; keep below {MOST_VISITS}."))  # fmt: skip
        first = min((begins(source) for source in plan.sources), default=0.0)
        for key, zh, en, when in (
            ("closes", "关门时还没有人来", "the door closes before anybody comes", plan.closes),
            ("stops", "停止时还没有人来", "the simulation stops before anybody comes", plan.stops),
        ):
            if when < first:
                self.fault(
                    key, zh, en, Text("请核对这个时间和到达时间。", "Check this time and the arrivals.")
                )
