"""A day's facts as a plan for vaxkit.simulation, with where each figure comes from. Pure: facts in, document and basis out.

Where there are too few facts a default stands in, and the basis says so: `source` is seen (the site's own moments), roster, layout,
ledger or default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vaxkit.simulation.fitting import Fit, fit, fit_normal, histogram
from yingjie.plans.day_basis import ROLES, DayBasis, Slot
from yingjie.plans.spoken import said_in_both

#: Fewer turns than this are no sample.
ENOUGH = 40
#: Minutes of a turn where nothing was seen: mean and deviation. Of published timings of mass vaccination sites, rounded.
USUAL_TURNS = {"registration": (2.5, 1.2), "screening": (2.5, 1.2), "vaccination": (2.0, 0.8)}
USUAL_NO_SHOW, USUAL_LATE, OBSERVATION = 0.08, (-4.0, 8.0), 30.0
#: Where neither roster nor layout says anything.
USUAL_STAFF = {"registration": 2, "screening": 1, "vaccination": 2}
USUAL_HOURS = ((480, 1020),)
REACTIONS, PROMISE, WALK = 0.005, 20, 0.5
TITLES = {
    name: said_in_both(name)
    for name in ("registration", "screening", "vaccination", "observation", "treatment")
}


@dataclass(frozen=True)
class Drawn:
    """`document` is a site plan; `basis` says of each figure: value, source, count, and of a fit its bars and curve."""

    document: dict[str, Any]
    basis: dict[str, Any]


def drawn(facts: DayBasis, title: Mapping[str, str]) -> Drawn:
    """The plan of a day."""
    hours = facts.hours or USUAL_HOURS
    opens = min(begins for begins, _ends in hours)
    ends = max(
        [end for _begins, end in hours]
        + [slot.minute + slot.lasts for rows in facts.sessions for slot in rows]
    )
    basis: dict[str, Any] = {
        "hours": {"opens": opens, "ends": ends, "source": "ledger" if facts.hours else "default"}
    }
    document = {
        "plan": 1,
        "title": dict(title),
        "zero": said(max(0, (opens - 30) // 60 * 60)),
        "ends": said(ends),
        "stations": _stations(facts, hours, basis),
        "arrivals": _arrivals(facts, opens, ends, basis),
        "stocks": [_stock(facts, basis)],
    }
    return Drawn(document, basis)


def said(minute: int) -> str:
    """480 → "08:00". A plan's clock goes to 47:59, over midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _stations(
    facts: DayBasis, hours: Sequence[tuple[int, int]], basis: dict[str, Any]
) -> list[dict[str, Any]]:
    away, source = _share(facts.sent_away, facts.screened, 0.03)
    basis["sent_away"] = {"share": away, "count": facts.screened, "source": source}
    found: list[dict[str, Any]] = []
    for name in USUAL_TURNS:
        station: dict[str, Any] = {
            "id": name, "title": TITLES[name], "servers": _servers(facts, name, hours, basis),
            "service": _service(facts, name, basis), "promise": PROMISE, "walk": WALK,
        }  # fmt: skip
        if name == "screening":
            station.pop("walk")
            station["outcomes"] = [
                {"id": "fit", "title": said_in_both("fit"), "share": round(1 - away, 4), "next": "vaccination",
                 "walk": WALK},
                {"id": "without", "title": said_in_both("without"), "share": away, "next": "exit"},
            ]  # fmt: skip
        found.append(station)
    return [*found, _observation(facts, basis), _treatment()]


def _observation(facts: DayBasis, basis: dict[str, Any]) -> dict[str, Any]:
    stay: Any = OBSERVATION
    if _is_sample(facts.stays):
        found = fit(facts.stays)
        stay, basis["observation"] = dict(found.document), _shown(found, facts.stays)
    else:
        basis["observation"] = {"source": "default", "count": len(facts.stays), "mean": OBSERVATION}
    seats = facts.seats.get("observation", 0)
    basis["observation_seats"] = {"seats": seats, "source": "layout" if seats else "default"}
    station = {
        "id": "observation", "title": TITLES["observation"], "service": stay,
        "outcomes": [
            {"id": "well", "title": said_in_both("well"), "share": 1 - REACTIONS, "next": "exit"},
            {"id": "reaction", "title": said_in_both("reaction"), "share": REACTIONS, "next": "treatment"},
        ],
    }  # fmt: skip
    return station | ({"servers": seats} if seats else {"kind": "delay"})


def _treatment() -> dict[str, Any]:
    return {
        "id": "treatment",
        "title": TITLES["treatment"],
        "servers": 1,
        "service": {"kind": "exponential", "mean": 20},
    }


def _service(facts: DayBasis, name: str, basis: dict[str, Any]) -> dict[str, Any]:
    seen = facts.turns.get(name)
    if seen is None or not _is_sample(seen.minutes):
        mean, sd = USUAL_TURNS[name]
        basis[name] = {"source": "default", "count": len(seen.minutes) if seen else 0, "mean": mean, "sd": sd}
        return {"kind": "lognormal", "mean": mean, "sd": sd}
    found = fit(seen.minutes)
    basis[name] = _shown(found, seen.minutes) | {"left_out": seen.left_out}
    return dict(found.document)


def _shown(found: Fit, minutes: Sequence[float]) -> dict[str, Any]:
    bars = histogram(minutes, found.document)
    return {
        "source": "seen", "count": found.count, "mean": round(found.mean, 2), "sd": round(found.sd, 2), "kind": found.kind,
        "distance": round(found.distance, 4),
        "tried": [[each.kind, round(each.likelihood, 1), round(each.distance, 4)] for each in found.tried],
        "bars": {"low": bars.low, "high": bars.high, "counts": list(bars.counts), "curve": [round(y, 3) for y in bars.curve]},
    }  # fmt: skip


def _servers(
    facts: DayBasis, name: str, hours: Sequence[tuple[int, int]], basis: dict[str, Any]
) -> list[dict[str, Any]]:
    """Of the roster, never more than there are desks; else the desks; else a usual number. All day long."""
    desks = facts.stations.get(name, 0)
    duties = [duty for duty in facts.duties if duty.role == ROLES[name]]
    source = "roster" if duties else "layout" if desks else "default"
    opens, closes = min(begins for begins, _e in hours), max(ends for _b, ends in hours)
    if not duties:
        steady = desks or USUAL_STAFF[name]
        basis[f"{name}_staff"] = {"source": source, "people": steady, "desks": desks}
        return [{"from": said(begins), "until": said(ends), "servers": steady} for begins, ends in hours]
    levels = levels_of(
        [
            (max(duty.begins, opens), min(duty.ends, closes), duty.people)
            for duty in duties
            if duty.begins < closes
        ]
    )
    rows = [(begins, ends, min(people, desks) if desks else people) for begins, ends, people in levels]
    basis[f"{name}_staff"] = {
        "source": source,
        "people": max((people for _b, _e, people in rows), default=0),
        "desks": desks,
    }
    return [{"from": said(b), "until": said(e), "servers": people} for b, e, people in rows if people] or [
        {"from": said(opens), "until": said(closes), "servers": 0}
    ]


def levels_of(stretches: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Stretches that overlap, as stretches one after the other with the sum of people."""
    marks = sorted(
        {minute for begins, ends, _people in stretches if begins < ends for minute in (begins, ends)}
    )
    found: list[tuple[int, int, int]] = []
    for begins, ends in pairwise(marks):
        people = sum(n for b, e, n in stretches if b <= begins and ends <= e)
        if found and found[-1][1] == begins and found[-1][2] == people:
            found[-1] = (found[-1][0], ends, people)
        else:
            found.append((begins, ends, people))
    return found


def _arrivals(facts: DayBasis, opens: int, ends: int, basis: dict[str, Any]) -> list[dict[str, Any]]:
    no_show, source = _share(facts.missed, facts.kept + facts.missed, USUAL_NO_SHOW)
    basis["no_show"] = {"share": no_show, "count": facts.kept + facts.missed, "source": source}
    mean, sd = USUAL_LATE
    if _is_sample(facts.lateness):
        found = fit_normal(facts.lateness)
        mean, sd = found.mean, found.sd
        basis["lateness"] = _shown(found, facts.lateness)
    else:
        basis["lateness"] = {"source": "default", "count": len(facts.lateness), "mean": mean, "sd": sd}
    shift = {"kind": "normal", "mean": round(mean, 2), "sd": round(sd, 2), "at_least": -120, "at_most": 120}
    rows = [_appointments(nth, slots, opens, no_show, shift) for nth, slots in enumerate(facts.sessions, 1)]
    booked = sum(slot.people for slots in facts.sessions for slot in slots)
    basis["booked"] = {"people": booked, "sessions": len(facts.sessions), "source": "ledger"}
    walk_ins = [
        {
            "from": said(max(opens, hour * 60)),
            "until": said(min(ends, hour * 60 + 60)),
            "per_hour": round(people, 3),
        }
        for hour, people in sorted(facts.walk_ins.items())
        if max(opens, hour * 60) < min(ends, hour * 60 + 60) and people > 0
    ]
    unasked = sum(facts.walk_ins.values())
    basis["walk_ins"] = {
        "people": round(unasked, 1),
        "days": facts.days_seen,
        "source": "seen" if facts.days_seen else "default",
    }
    if walk_ins or not rows:
        rates = walk_ins or [{"from": said(opens), "until": said(ends), "per_hour": 0}]
        rows.append({"id": "walk_in", "kind": "walk_ins", "rates": rates})
    return rows


def _appointments(
    nth: int, slots: Sequence[Slot], opens: int, no_show: float, shift: Mapping[str, Any]
) -> dict[str, Any]:
    """Slots lie one after the other; where there is a gap, empty ones fill it."""
    every = slots[0].lasts
    first = slots[0].minute
    numbers = [0] * max(1, (slots[-1].minute - first) // every + 1)
    for slot in slots:
        numbers[(slot.minute - first) // every] += slot.people
    return {
        "id": f"session_{nth}", "kind": "appointments", "first": said(first), "every": every, "number": numbers,
        "no_show": no_show, "shift": dict(shift), "never_before": said(min(opens, first)),
    }  # fmt: skip


def _stock(facts: DayBasis, basis: dict[str, Any]) -> dict[str, Any]:
    doses = sum(facts.doses.values())
    per_vial = max(facts.doses, key=lambda size: facts.doses[size], default=1)
    basis["doses"] = {"doses": doses, "per_vial": per_vial, "source": "ledger"}
    return {"id": "vaccine", "station": "vaccination", "doses_per_vial": per_vial, "vials": doses // per_vial}


def _share(part: int, whole: int, usual: float) -> tuple[float, str]:
    return (round(part / whole, 4), "seen") if whole >= ENOUGH else (usual, "default")


def _is_sample(minutes: Sequence[float]) -> bool:
    return len(minutes) >= ENOUGH and min(minutes) < max(minutes)
