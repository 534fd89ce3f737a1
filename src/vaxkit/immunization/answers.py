"""What an assessment answers: DoseVerdict, Forecast, Assessment, Because, TrailStep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from vaxkit.immunization.model import Basis, Series
from vaxkit.vocabulary import Source


class DoseStatus(StrEnum):
    """Evaluation statuses (Table 3-1)."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    EXTRANEOUS = "extraneous"
    SUBSTANDARD = "substandard"


class SeriesStatus(StrEnum):
    """Patient series and vaccine group statuses (Table 3-3)."""

    NOT_COMPLETE = "not complete"
    COMPLETE = "complete"
    IMMUNE = "immune"
    CONTRAINDICATED = "contraindicated"
    NOT_RECOMMENDED = "not recommended"
    AGED_OUT = "aged out"


Param = str | int | float | date | tuple[str, ...]
Params = Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Because:
    """An explanation as data: a `code`, the facts in it, and the document behind the rule if one is named.
    `vaxkit.immunization.sentence` prints it."""

    code: str
    params: Params = field(default_factory=dict)
    source: Source | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One decision: the table of the specification it follows, what was looked at, what came out."""

    table: str
    subject: str
    inputs: Params
    outcome: str


@dataclass(frozen=True, slots=True)
class DoseVerdict:
    """What became of one dose for one antigen in the series chosen. `target_dose_number` is None unless valid;
    `reasons` begins with the deciding one."""

    dose_id: str
    on: date
    group: str
    antigen: str
    status: DoseStatus
    reasons: tuple[Because, ...]
    target_dose_number: int | None
    series: str


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """The forecast of one best series; `dose_number` and dates are None unless the status is "not complete". `start_on`
    is `earliest_on` where a rule says from when, else None."""

    series: Series
    status: SeriesStatus
    dose_number: int | None = None
    earliest_on: date | None = None
    start_on: date | None = None
    recommended_on: date | None = None
    past_due_on: date | None = None
    latest_on: date | None = None
    unadjusted_recommended_on: date | None = None
    unadjusted_past_due_on: date | None = None
    products_preferred: tuple[str, ...] = ()
    products_allowed: tuple[str, ...] = ()
    products_barred: frozenset[str] = frozenset()
    guidance: tuple[str, ...] = ()
    priority: bool = False
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a person stands in one vaccine group and what is next.

    `next_dose_number` and the dates are None unless `status` is "not complete"; `past_due_on` and `latest_on` are the
    last days in time (None: no end). `products_preferred` are the vaccines to name, `products_allowed` all those
    that would count. `doses` are the verdicts within the series of this forecast; `others` are further forecasts for
    the same group when a person needs more than one path.
    """

    group: str
    status: SeriesStatus
    series: tuple[str, ...]
    next_dose_number: int | None = None
    earliest_on: date | None = None
    recommended_on: date | None = None
    past_due_on: date | None = None
    latest_on: date | None = None
    products_allowed: tuple[str, ...] = ()
    products_preferred: tuple[str, ...] = ()
    antigens: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()
    doses: tuple[DoseVerdict, ...] = ()
    others: tuple[Forecast, ...] = ()

    def verdicts(self, dose_id: str) -> tuple[DoseVerdict, ...]:
        """The verdicts on one dose in this group, one for each antigen it holds."""
        return tuple(verdict for verdict in self.doses if verdict.dose_id == dose_id)

    @staticmethod
    def status_among(verdicts: Sequence[DoseVerdict]) -> DoseStatus | None:
        """One status for a dose that was judged for several antigens: what must be repeated for one must be repeated;
        else it counts when it counts for one. None when there are no verdicts."""
        found = {verdict.status for verdict in verdicts}
        order = (DoseStatus.SUBSTANDARD, DoseStatus.NOT_VALID, DoseStatus.VALID, DoseStatus.EXTRANEOUS)
        return next((status for status in order if status in found), None)

    def status_of(self, dose_id: str) -> DoseStatus | None:
        """The status of one dose in this group; None when it holds none of its antigens."""
        return self.status_among(self.verdicts(dose_id))


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer: verdicts per dose and antigen, one forecast per vaccine group, the rule trail (when asked for), and
    doses whose vaccine the rule set does not know."""

    on: date
    rules: str
    doses: tuple[DoseVerdict, ...]
    groups: Mapping[str, Forecast]
    trail: tuple[TrailStep, ...] = ()
    unknown_vaccines: tuple[str, ...] = ()

    def verdicts(self, dose_id: str) -> tuple[DoseVerdict, ...]:
        """The verdicts on one dose, one for each antigen it was judged for."""
        return tuple(verdict for verdict in self.doses if verdict.dose_id == dose_id)
