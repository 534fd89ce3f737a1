"""What a site has, needs and can do, per product. Days are dates; amounts are doses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Batch:
    """Doses in a store or on their way to it. `expires_on` is the last day of use; `arrives_on` None: they are there, and may be
    moved on. `lot` keeps those apart that expire on one day."""

    product: str
    doses: int
    expires_on: date
    arrives_on: date | None = None
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """People expected at a site for a product. `due` are later doses that fall due on a day (they are lost time when missed),
    `first` are first doses wanted from a day on. Both wait for doses if there are none."""

    due: Mapping[date, int] = field(default_factory=dict)
    first: Mapping[date, int] = field(default_factory=dict)

    @property
    def doses(self) -> int:
        return sum(self.due.values()) + sum(self.first.values())


@dataclass(frozen=True, slots=True)
class SiteSupply:
    """One site: what is in its fridge and on its way, what is wanted of it, and how many doses of all products it can give a day
    (`capacity`; days not named: `usual_capacity`)."""

    id: str
    batches: tuple[Batch, ...] = ()
    demand: Mapping[str, Demand] = field(default_factory=dict)
    usual_capacity: int = 10**9
    capacity: Mapping[date, int] = field(default_factory=dict)

    def capacity_on(self, day: date) -> int:
        return self.capacity.get(day, self.usual_capacity)
