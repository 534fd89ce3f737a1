"""A script as frozen values. Minutes count from the beginning of the exercise."""

from __future__ import annotations

from dataclasses import dataclass

from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Effect:
    """An event of a campaign, told from the day of the exercise: it begins `after` days later and lasts `lasts` days. `kind` and
    `amount` as in vaxkit.campaign; of a site_closed the site with the most places a day is meant."""

    kind: str
    after: int
    lasts: int
    amount: float
    half_life: float = 7.0


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to an inject: its points (the best has `Inject.points`), and what follows from it."""

    id: str
    title: Text
    points: int
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Inject:
    """News for some roles at a minute. One of them (`by`) is expected to choose within so many minutes; `why` says what would have
    been right. Without an answer `otherwise` follows."""

    id: str
    at: int
    to: tuple[str, ...]
    title: Text
    text: Text
    by: str
    within: int
    why: Text
    options: tuple[Option, ...]
    otherwise: tuple[Effect, ...] = ()

    @property
    def points(self) -> int:
        return max(option.points for option in self.options)

    def option(self, id: str) -> Option:
        """Raises KeyError."""
        for option in self.options:
            if option.id == id:
                return option
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Script:
    """`clock` is the minute of the day of minute 0, `minutes` how long the exercise lasts, `stock_days` for how many usual days
    there is vaccine at the beginning (None: as much as there is)."""

    id: str
    title: Text
    summary: Text
    clock: int
    minutes: int
    roles: tuple[Role, ...]
    injects: tuple[Inject, ...]
    stock_days: int | None = None

    def arrived(self, role: str, minute: float) -> tuple[Inject, ...]:
        """What a role has received by a minute ("" for all roles), the newest first."""
        found = [each for each in self.injects if each.at <= minute and (not role or role in each.to)]
        return tuple(sorted(found, key=lambda each: (-each.at, each.id)))

    def due(self, inject: Inject) -> int:
        """The minute by which an inject has to be decided: its time is over, or the exercise."""
        return min(inject.at + inject.within, self.minutes)

    def inject(self, id: str) -> Inject:
        """Raises KeyError."""
        for inject in self.injects:
            if inject.id == id:
                return inject
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a role chose, when."""

    inject: str
    option: str
    role: str
    minute: float
