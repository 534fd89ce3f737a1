"""What follows from decisions, as events that vaxkit.campaign can reckon with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vaxkit.campaign.plan import Event
from vaxkit.exercise.scoring import counted
from vaxkit.exercise.script import Decision, Effect, Script

#: More than everybody cannot be ill, or wait and see.
_SHARES = ("staff_sick", "aefi_cluster")


def happened(script: Script, decisions: Sequence[Decision], first: int, site: str) -> tuple[Event, ...]:
    """The events that the decisions bring, from the ordinal day `first` on; `site` is meant where one closes."""
    found: list[Event] = []
    for inject in script.injects:
        decision = counted(inject, decisions)
        effects = inject.option(decision.option).effects if decision else inject.otherwise
        found += [event_of(effect, first, site) for effect in effects]
    return tuple(found)


def so_far(script: Script, decisions: Sequence[Decision], minute: float) -> Script:
    """The script without what is still open at a minute: news to come, and questions that may yet be answered in time. At the end
    of the exercise everything is settled; one that ended early is judged by what had come."""
    done = [
        each
        for each in script.injects
        if each.at <= minute and (counted(each, decisions) or script.due(each) <= minute)
    ]
    return replace(script, injects=tuple(done))


def best(script: Script) -> tuple[Decision, ...]:
    """The decisions that would have brought every point, at once."""
    return tuple(
        Decision(each.id, max(each.options, key=lambda option: option.points).id, each.by, each.at)
        for each in script.injects
    )


def event_of(effect: Effect, first: int, site: str) -> Event:
    begins = first + effect.after
    return Event(
        effect.kind,
        begins,
        begins + effect.lasts - 1,
        min(effect.amount, 1.0) if effect.kind in _SHARES else effect.amount,
        site if effect.kind == "site_closed" else "",
        effect.half_life,
    )
