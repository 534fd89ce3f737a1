"""The same day, told slowly: plain Python, one heap, no arrays, nothing compiled.

Written from the documented rules (docs/how-to/simulate-a-site.md), not from the kernel. It draws the same
luck, a function of (seed, day, person, station, purpose), worked out here once more with Python's integers
and `statistics.NormalDist`, so that kernel and reference must agree person by person, not only on average.
"""

from __future__ import annotations

import heapq
import math
import zlib
from collections import defaultdict, deque
from statistics import NormalDist

from vaxkit.simulation.plan import Distribution, SitePlan, Station

MASK = 2**64 - 1
SERVICE, OUTCOME, PATIENCE, BALK, WALK, SPOILED, SHIFT, SHOW, GROUP, GAP = range(10)
END, STAFF, BATCH, GATE, GIVE_UP, WALKED, COMES = range(7)
NORMAL = NormalDist()


def mixed(word: int) -> int:
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def child(key: int, number: int) -> int:
    return mixed((key + 0x9E3779B97F4A7C15 * (number + 1)) & MASK)


def stream(name: str) -> int:
    return zlib.crc32(name.encode()) << 32 | zlib.adler32(name.encode())


def luck(person: int, place: int, purpose: int, visit: int) -> int:
    return mixed((person + place + 0xD1342543DE82EF95 * purpose + 0xA24BAED4963EE407 * visit) & MASK)


def unit(key: int) -> float:
    return ((key >> 12) + 0.5) * 2.0**-52


def minutes(dist: Distribution, key: int, *, signed: bool = False) -> float:
    if dist.kind == "mixture":
        share, total = unit(key), 0.0
        for weight, part in zip(dist.shares, dist.parts, strict=True):
            total += weight
            if share < total or part is dist.parts[-1]:
                return minutes(part, child(key, 0), signed=signed)
    low = dist.at_least if dist.at_least is not None else (-math.inf if signed else 0.0)
    return min(max(_uncut(dist, key), low), dist.at_most)


def _uncut(dist: Distribution, key: int) -> float:
    n = dist.numbers
    u = unit(key)
    match dist.kind:
        case "exponential" | "shifted_exponential":
            return n[0] - n[1] * math.log(u)
        case "triangular":
            low, mode, high = n
            if u * (high - low) < mode - low:
                return low + math.sqrt(u * (high - low) * (mode - low))
            return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
        case "uniform":
            return n[0] + (n[1] - n[0]) * u
        case "normal":
            return n[0] + n[1] * NORMAL.inv_cdf(u)
        case "lognormal":
            spread = math.log1p((n[1] / n[0]) ** 2)
            return math.exp(math.log(n[0]) - spread / 2 + math.sqrt(spread) * NORMAL.inv_cdf(u))
        case "gamma":
            return _gamma((n[0] / n[1]) ** 2, n[1] ** 2 / n[0], key)
        case "empirical":
            total = 0.0
            for value, share in zip(dist.values, dist.shares, strict=True):  # noqa: B007
                total += share
                if u < total:
                    break
            return value
    return n[0]


def _gamma(shape: float, scale: float, key: int) -> float:
    boost = 1.0
    if shape < 1:
        boost, shape = unit(child(key, 1)) ** (1 / shape), shape + 1
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    attempt = 2
    while True:
        x = NORMAL.inv_cdf(unit(child(key, attempt)))
        v = 1 + c * x
        if v > 0:
            v = v * v * v
            if math.log(unit(child(key, attempt + 1))) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v * scale * boost
        attempt += 2


class Person:
    def __init__(self, came: float, key: int, group: str, entry: str) -> None:
        self.came, self.key, self.group, self.entry = came, key, group, entry
        self.number = -1
        self.item = False
        self.visits = 0
        self.waited = 0.0


def who_comes(plan: SitePlan, day: int) -> tuple[list[Person], int, int]:
    """Everybody who comes, by time; how many were booked; how many stayed away."""
    people: list[Person] = []
    booked = absent = 0
    for source in plan.sources:
        base = mixed(day ^ stream(source.id))
        found: list[tuple[float, int]] = []
        if source.kind in ("appointments", "buses"):
            number = 0
            for row, slot in enumerate(source.slots):
                late = 0.0
                if source.kind == "buses" and source.shift:
                    late = minutes(source.shift, luck(child(base, -2 - row), 0, SHIFT, 0), signed=True)
                for seat in range(int(slot.size)):
                    key = child(base, number)
                    number += 1
                    if unit(luck(key, 0, SHOW, 0)) < source.no_show:
                        absent += 1
                        continue
                    when = slot.start
                    if source.kind == "buses":
                        when += late + seat * source.gap
                    elif source.shift:
                        when += minutes(source.shift, luck(key, 0, SHIFT, 0), signed=True)
                    found.append((max(when, source.never_before), key))
            booked += number
        elif source.kind == "walk_ins":
            edges = [0.0]
            for slot in source.slots:
                edges.append(edges[-1] + (slot.end - slot.start) * (slot.size / 60.0))
            reached, number = 0.0, 0
            while True:
                key = child(base, number)
                number += 1
                reached -= math.log(unit(luck(key, 0, GAP, 0)))
                if reached >= edges[-1]:
                    break
                row = next(row for row in range(len(source.slots)) if reached < edges[row + 1])
                slot = source.slots[row]
                found.append((slot.start + (reached - edges[row]) / (slot.size / 60.0), key))
        else:
            when, number = max(source.never_before, 0.0), 0
            assert source.between is not None
            while number < source.number:
                key = child(base, number)
                when += minutes(source.between, luck(key, 0, GAP, 0))
                if when >= source.until:
                    break
                number += 1
                if unit(luck(key, 0, SHOW, 0)) < source.no_show:
                    absent += 1
                else:
                    found.append((when, key))
        for when, key in found:
            people.append(Person(when, key, _pick(source.groups, luck(key, 0, GROUP, 0)), source.entry))
    people.sort(key=lambda person: person.came)
    for number, person in enumerate(people):
        person.number = number
    return people, booked, absent


def _pick(shares: tuple[tuple[str, float], ...], key: int) -> str:
    if len(shares) == 1:
        return shares[0][0]
    share, total = unit(key), 0.0
    for name, weight in shares:  # noqa: B007
        total += weight
        if share < total:
            break
    return name


class Day:
    """One day, event by event. `waits[station]`, `stays` and `counts[station or "site"][word]` are its outcome; `ranks[station]`
    and `way_ranks` are the priorities of those who waited and of those who went all the way; `stood[station]` says since when and
    how long everybody stood in line, without end who left it or was still there at the end."""

    def __init__(self, plan: SitePlan, seed: int, replication: int) -> None:
        self.plan = plan
        self.day = child(mixed(seed), replication)
        self.people, booked, absent = who_comes(plan, self.day)
        self.where = {station.id: station for station in plan.stations}
        self.row = {station.id: row for row, station in enumerate(plan.stations)}
        self.priority = {group.id: group.priority for group in plan.groups}
        self.supplier = {s.supplies: s.id for s in plan.stations if s.supplies}
        self.stock = {stock.station: stock for stock in plan.stocks}
        self.counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.counts["site"].update(booked=booked, no_show=absent)
        self.waits: dict[str, list[float]] = {station.id: [] for station in plan.stations}
        self.ranks: dict[str, list[int]] = {station.id: [] for station in plan.stations}
        self.way_ranks: list[int] = []
        self.stood: dict[str, list[tuple[float, float]]] = {station.id: [] for station in plan.stations}
        self.stays: list[float] = []
        self.total_waits: list[float] = []
        self.busy = {station.id: 0 for station in plan.stations}
        self.servers = {station.id: station.levels()[0][1] for station in plan.stations}
        self.line: dict[str, list[Person]] = {station.id: [] for station in plan.stations}
        self.for_item: dict[str, list[Person]] = {station.id: [] for station in plan.stations}
        self.items = {station.id: 0 for station in plan.stations}
        self.gate_due: dict[str, float] = {}
        self.since: dict[Person, float] = {}
        self.deadline: dict[Person, float] = {}
        self.doses: dict[str, tuple[int, float]] = {}
        self.vials = {
            stock.station: math.inf if stock.vials is None else stock.vials for stock in plan.stocks
        }
        self.heap: list[tuple[float, int, int, int, object]] = []
        self.events = 0
        self.left = 0
        self.now = 0.0
        self.ring: deque[tuple[Person, Station]] = deque()  # let in by a gate at this instant
        self.run()

    # --- the clock

    def later(self, when: float, what: int, number: int, station: str, thing: object) -> None:
        heapq.heappush(self.heap, (when, what, number, self.row[station], self.events, thing))  # type: ignore[misc]
        self.events += 1

    def run(self) -> None:
        for person in self.people:
            self.later(person.came, COMES, person.number, person.entry, person)
        first = len(self.people)
        for station in self.plan.stations:
            for row, (when, servers) in enumerate(station.levels()[1:]):
                self.later(when, STAFF, self.row[station.id] * 1000 + row, station.id, servers)
            if station.releases:
                first = self.release(station, first)
        self.left = first
        while self.heap and self.left:
            self.now, what, _, row, _, thing = heapq.heappop(self.heap)  # type: ignore[misc]
            if self.now > self.plan.stops:
                break
            station = self.plan.stations[row]
            if what == END:
                self.busy[station.id] -= 1
                if station.kind != "delay":
                    self.call(station)
                self.leave(thing, station)
            elif what == STAFF:
                self.servers[station.id] = thing
                self.call(station)
            elif what == BATCH:
                for item in thing:
                    self.arrive(item, station)
            elif what == GATE:
                self.open_gate(station)
            elif what == GIVE_UP:
                waiting = (
                    self.line[station.id] if thing in self.line[station.id] else self.for_item[station.id]
                )
                if thing in waiting and self.deadline[thing] == self.now:
                    waiting.remove(thing)
                    self.lose(thing, station, "reneged")
            elif what == WALKED:
                self.arrive(thing, station)
            elif self.now > self.plan.closes:
                self.counts["site"]["late"] += 1
                self.left -= 1
            else:
                self.counts["site"]["came"] += 1
                self.arrive(thing, station)
            while self.ring:
                self.start(*self.ring.popleft())

    def release(self, station: Station, first: int) -> int:
        """Schedule the work of a preparation; items are numbered after the people. Returns the next free number."""
        plan = station.releases
        assert plan is not None
        wanted = {"who_come": len(self.people), "booked": int(self.counts["site"]["booked"])}.get(
            str(plan.items), plan.items
        )
        items = []
        for row in range(int(wanted)):
            item = Person(math.nan, child(mixed(self.day ^ stream(station.id)), row), "", station.id)
            item.number, item.item = first + row, True
            items.append(item)
        size = -(-len(items) // plan.batches)
        for row in range(plan.batches):
            part = items[row * size : (row + 1) * size] if row < plan.batches - 1 else items[row * size :]
            order = self.row[station.id] * 100_000 + row
            self.later(plan.first + row * plan.every, BATCH, order, station.id, part)
        return first + len(items)

    # --- one person

    def arrive(self, person: Person, station: Station) -> None:
        counts = self.counts[station.id]
        counts["arrived"] += 1
        self.since[person] = self.now
        person.visits += 1
        line, for_item = self.line[station.id], self.for_item[station.id]
        queue = len(line) + len(for_item)
        if station.kind == "delay":
            self.start(person, station)
            return
        if station.kind == "gate":
            line.append(person)
            counts["queue_max"] = max(counts["queue_max"], len(line))
            assert station.gate is not None
            if station.gate.every:
                if len(line) == 1:
                    self.next_tick(station)
                return
            if len(line) >= station.gate.size:
                self.gate_due.pop(station.id, None)
                group, self.line[station.id] = line[:], []
                self.ring.extend((somebody, station) for somebody in group)
            elif len(line) == 1:
                self.gate_due[station.id] = self.now + station.gate.longest
                self.later(self.gate_due[station.id], GATE, 0, station.id, None)
            return
        wants_item = not person.item and station.id in self.supplier
        no_item = wants_item and self.items[station.id] == 0
        must_wait = self.busy[station.id] >= self.servers[station.id] or no_item
        if must_wait and not person.item:
            if station.room is not None and queue >= station.room:
                self.lose(person, station, "turned_away")
                return
            share = max([0.0, *[rule.share for rule in station.balk if queue >= rule.queue][-1:]])
            if unit(self.luck(person, station, BALK)) < share:
                self.lose(person, station, "balked")
                return
            if station.patience:
                self.deadline[person] = self.now + minutes(
                    station.patience, self.luck(person, station, PATIENCE)
                )
                self.later(self.deadline[person], GIVE_UP, person.number, station.id, person)
        if wants_item and not no_item:
            self.items[station.id] -= 1
        if not must_wait:
            self.start(person, station)
            return
        (for_item if no_item else line).append(person)
        counts["queue_max"] = max(counts["queue_max"], queue + 1)

    def start(self, person: Person, station: Station) -> bool:
        counts = self.counts[station.id]
        if station.id in self.stock and not self.dose(person, station):
            self.lose(person, station, "no_vaccine")
            return False
        counts["started"] += 1
        if person.item or person.came >= self.plan.warm_up:
            self.waits[station.id].append(self.now - self.since[person])
            self.stood[station.id].append((self.since[person], self.now - self.since[person]))
            self.ranks[station.id].append(self.priority.get(person.group, 0))
            person.waited += self.now - self.since[person]
        service = station.service_for.get(person.group, station.service)
        if not person.item:
            if len(station.ways) == 1:
                way = station.ways[0]
            else:
                name = _pick(
                    tuple((w.id, w.share) for w in station.ways), self.luck(person, station, OUTCOME)
                )
                way = next(w for w in station.ways if w.id == name)
            self.counts[station.id]["way " + way.id] += 1
            person.way = way  # type: ignore[attr-defined]
            if station.kind == "gate":
                self.leave(person, station)
                return True
            service = way.service or service
        took = minutes(service, self.luck(person, station, SERVICE))
        self.busy[station.id] += 1
        counts["service"] += (self.now + took) - self.now
        self.later(self.now + took, END, person.number, station.id, person)
        return True

    def leave(self, person: Person, station: Station) -> None:
        self.counts[station.id]["finished"] += 1
        self.counts[station.id]["last_end"] = self.now
        if person.item:
            self.left -= 1
            assert station.supplies is not None
            target = self.where[station.supplies]
            if not self.for_item[target.id]:
                self.items[target.id] += 1
                return
            served = self.next_of(self.for_item[target.id])
            if self.busy[target.id] < self.servers[target.id]:
                self.start(served, target)
            else:
                self.line[target.id].append(served)
            return
        way = person.way  # type: ignore[attr-defined]
        if way.next is None:
            self.left -= 1
            self.counts["site"]["completed"] += 1
            self.counts["site"]["last_leaves"] = self.now
            if person.came >= self.plan.warm_up:
                self.stays.append(self.now - person.came)
                self.total_waits.append(person.waited)
                self.way_ranks.append(self.priority[person.group])
        elif way.walk:
            far = minutes(way.walk, self.luck(person, station, WALK))
            self.later(self.now + far, WALKED, person.number, way.next, person)
        else:
            self.arrive(person, self.where[way.next])

    def call(self, station: Station) -> None:
        line = self.line[station.id]
        while line and self.busy[station.id] < self.servers[station.id]:
            self.start(self.next_of(line), station)

    def next_of(self, line: list[Person]) -> Person:
        """The first of the best priority."""
        best = min(line, key=lambda person: self.priority.get(person.group, 0))
        line.remove(best)
        return best

    def open_gate(self, station: Station) -> None:
        assert station.gate is not None
        line = self.line[station.id]
        if self.gate_due.get(station.id) != self.now:
            return  # the group was full before
        del self.gate_due[station.id]
        self.ring.extend((person, station) for person in line[: station.gate.size])
        del line[: station.gate.size]
        if line and station.gate.every:
            self.next_tick(station)

    def next_tick(self, station: Station) -> None:
        """A gate with a timetable opens at the next of its times after now; who comes at that very time is too late for it."""
        gate = station.gate
        assert gate is not None
        number = 0 if self.now < gate.first else math.floor((self.now - gate.first) / gate.every)
        while gate.first + gate.every * number <= self.now:
            number += 1
        self.gate_due[station.id] = gate.first + gate.every * number
        self.later(self.gate_due[station.id], GATE, 0, station.id, None)

    def dose(self, person: Person, station: Station) -> bool:
        stock = self.stock[station.id]
        counts = self.counts["stock " + stock.id]
        tries = 0
        while True:
            left, until = self.doses.get(station.id, (0, 0.0))
            if left and self.now >= until:
                counts["wasted"] += left
                left = 0
            if not left:
                self.doses[station.id] = (0, until)
                if not self.vials[station.id]:
                    return False
                self.vials[station.id] -= 1
                counts["vials"] += 1
                left, until = stock.doses_per_vial, self.now + stock.open_minutes
            self.doses[station.id] = (left - 1, until)
            if unit(child(self.luck(person, station, SPOILED), tries)) >= stock.spoiled:
                counts["doses"] += 1
                return True
            counts["spoiled"] += 1
            tries += 1

    def lose(self, person: Person, station: Station, how: str) -> None:
        self.counts[station.id][how] += 1
        self.left -= 1
        if how != "no_vaccine" and person.came >= self.plan.warm_up:
            self.stood[station.id].append((self.since[person], math.inf))

    def in_time(self, station: str, promise: float, hours: int) -> list[list[int]]:
        """By hour in which they came to the line: those of whom it is known how long they waited, and those within the promise."""
        found = [[0, 0] for _ in range(hours)]
        ended = self.plan.stops if self.left else self.now
        waiting = [
            (self.since[person], math.inf)
            for person in self.line[station] + self.for_item[station]
            if not person.item and person.came >= self.plan.warm_up and ended - self.since[person] > promise
        ]
        for since, wait in self.stood[station] + waiting:
            row = found[max(min(int(since / 60), hours - 1), 0)]
            row[0] += 1
            row[1] += wait <= promise
        return found

    def luck(self, person: Person, station: Station, purpose: int) -> int:
        visit = 0 if person.item or not self.cyclic else person.visits
        return luck(person.key, stream(station.id), purpose, visit)

    @property
    def cyclic(self) -> bool:
        """Whether somebody can come to one station twice: then a draw is also numbered by the person's visits."""
        if not hasattr(self, "_cyclic"):
            ways = {s.id: [w.next for w in s.ways if w.next] for s in self.plan.stations}

            def reach(id: str, path: frozenset[str]) -> bool:
                return id in path or any(reach(after, path | {id}) for after in ways[id])

            self._cyclic = any(reach(id, frozenset()) for id in ways)
        return self._cyclic
