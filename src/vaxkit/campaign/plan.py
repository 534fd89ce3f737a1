"""A campaign as frozen values. Days are ordinals of `datetime.date`, amounts people or doses, shares lie in 0..1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Group:
    """People who get a course of `doses`. `done` have had so many doses or more, by dose; `willing` is the share who would come
    at all, `persuaded` the share of the others won over each day; `eager` the share of those waiting who come on an ordinary day.
    Later doses fall due `interval` days after the one before; those of `due` (day → people) are waited for already, the second
    dose first."""

    id: str
    title: Text
    people: int
    doses: int
    done: tuple[int, ...]
    willing: float
    persuaded: float
    eager: float
    interval: int
    due: tuple[Mapping[int, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A site: doses a day on weekdays (Monday first), closed on some days."""

    id: str
    title: Text
    capacity: tuple[int, ...]
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens from one day to another (both included). `kind` is one of vaccine_late, site_closed, staff_sick, rush,
    rain, aefi_cluster; `amount` its days, share or factor; `half_life` how fast trust comes back."""

    kind: str
    first: int
    last: int
    amount: float = 0.0
    site: str = ""
    half_life: float = 7.0


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    title: Text
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """`target` is the share of all people who shall have had dose `target_dose`; `deliveries` doses by day; `wasted` the share of
    doses lost; `keep` the share of those to whom a later dose is due who come on a day; `spread` the deviation of a day's demand
    (of its logarithm)."""

    title: Text
    first: int
    most_days: int
    target: float
    target_dose: int
    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    stock: int
    deliveries: Mapping[int, int] = field(default_factory=dict)
    wasted: float = 0.01
    keep: float = 0.35
    spread: float = 0.2
    scenarios: tuple[Scenario, ...] = ()

    @property
    def people(self) -> int:
        return sum(group.people for group in self.groups)
