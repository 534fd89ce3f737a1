"""Reads of visits: one person's, for whoever may see that person's visits; and reasons as counts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Left

from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.outreach.models import REASONS, Attempt
from yingjie.outreach.words import AGE_BANDS, HEALTH_REASONS
from yingjie.people import queries as people

NEXT_LENGTH = {2: 4, 4: 6, 6: 9, 9: 12, 12: 14, 14: 16}
"""Length of an area's code → length of the codes one level below."""


@dataclass(frozen=True)
class AttemptRow:
    """One visit. `is_health` with an empty `reason`: a health reason that this actor is not told."""

    at: datetime
    by: str
    outcome: str
    reason: str
    note: str
    is_health: bool


@dataclass(frozen=True)
class ReasonRow:
    """One area's line: people whose newest visit names each reason, in the order of REASONS. `code` "" : in none listed."""

    code: str
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Reasons:
    """Why people are not vaccinated yet, as counts by area and by age band; each person counts once, with the newest visit."""

    area_code: str
    area_name: str
    on: date
    reasons: tuple[str, ...]
    by_area: tuple[ReasonRow, ...]
    by_age: tuple[ReasonRow, ...]

    @property
    def total(self) -> ReasonRow:
        sums = (sum(column) for column in zip(*(row.counts for row in self.by_area), strict=True))
        return ReasonRow(self.area_code, self.area_name, tuple(sums) or (0,) * len(self.reasons))


def history(actor: Actor, person_id: UUID) -> list[AttemptRow]:
    """A person's visits, newest first; nothing where the actor may not see that person's visits."""
    rows = Attempt.objects.visible_to(actor).filter(person_id=person_id).select_related("person")
    return [
        _row(attempt, told=actor.may("outreach.record", attempt.person.area_id))
        for attempt in rows.order_by("-at", "-id")
    ]


def may_record(actor: Actor, person_id: UUID) -> bool:
    """Whether the actor records visits where that person lives."""
    return actor.may("outreach.record", people.person(actor, person_id).area_code)


def home(actor: Actor) -> str:
    """The code of the highest area whose visits the actor may see. Raises NotFound."""
    held = [role.area_code for role in actor.scopes("outreach.view")]
    if not held:
        raise NotFound()
    return min(held, key=lambda code: (len(code), code))


def path(actor: Actor, area_code: str) -> list[AreaRow]:
    """The areas above one whose reasons the actor may see too."""
    return [row for row in areas.path(area_code)[:-1] if actor.sees("outreach.view", row.code)]


def reasons(actor: Actor, area_code: str, on: date | None = None) -> Reasons:
    """Counts of the reasons heard below an area, by the areas one level below and by age band on a day (today, if left out).

    Each person's newest visit counts, and only if it names a reason. People who have left do not count. Raises NotFound for an
    area where the actor may not see visits.
    """
    if not actor.sees("outreach.view", area_code):
        raise NotFound()
    on = on or clock.today()
    area = areas.area(system("outreach"), area_code)
    length = NEXT_LENGTH.get(len(area_code), 16)
    listed = {row.code: row.name for row in areas.children(system("outreach"), area_code)}
    counted = (
        _newest(Attempt.objects.visible_to(actor), on)
        .filter(person__area__code__startswith=area_code)
        .values(place=Left("person__area_id", length), band=_band(on), why=F("reason"))
        .annotate(people=Count("id"))
    )
    by_area: dict[str, dict[str, int]] = {code: {} for code in listed}
    by_age: dict[str, dict[str, int]] = {band: {} for band, _begins in AGE_BANDS}
    for row in counted:
        place = by_area.setdefault(row["place"] if row["place"] in listed else "", {})
        for sums in (place, by_age[row["band"]]):
            sums[row["why"]] = sums.get(row["why"], 0) + row["people"]
    return Reasons(
        area_code, area.name, on, REASONS,
        tuple(_reason_row(code, listed.get(code, ""), sums) for code, sums in _unplaced_last(by_area)),
        tuple(_reason_row(band, "", sums) for band, sums in by_age.items()),
    )  # fmt: skip


def _newest(rows: QuerySet[Attempt], on: date) -> QuerySet[Attempt]:
    """Each resident's newest visit, where it names a reason."""
    newer = Attempt.objects.unscoped("a newer visit of a person who is already visible").filter(
        person_id=OuterRef("person_id")
    )
    newer = newer.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id")))
    here = Q(person__left_on__isnull=True) | Q(person__left_on__gt=on)
    return rows.exclude(reason="").filter(here).filter(~Exists(newer))


def _band(on: date) -> Case:
    """The age band of the person on a day, in SQL: the oldest band whose first birthday they have reached."""
    whens = [
        When(person__birth_on__lte=people.years_before(on, begins), then=Value(band))
        for band, begins in reversed(AGE_BANDS[1:])
    ]
    return Case(*whens, default=Value(AGE_BANDS[0][0]), output_field=CharField())


def _unplaced_last(by_area: dict[str, dict[str, int]]) -> list[tuple[str, dict[str, int]]]:
    return sorted(by_area.items(), key=lambda entry: (not entry[0], entry[0]))


def _reason_row(code: str, name: str, sums: dict[str, int]) -> ReasonRow:
    return ReasonRow(code, name, tuple(sums.get(reason, 0) for reason in REASONS))


def _row(attempt: Attempt, *, told: bool) -> AttemptRow:
    is_health = attempt.reason in HEALTH_REASONS
    hidden = is_health and not told
    return AttemptRow(
        attempt.at, attempt.by, attempt.outcome, "" if hidden else attempt.reason, attempt.note if told else "", is_health
    )  # fmt: skip
