"""Reads of visits: one person's, for whoever may see that person's visits; and reasons as counts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign, closings
from yingjie.outreach.models import REASONS, Attempt
from yingjie.outreach.words import AGE_BANDS, HEALTH_REASONS
from yingjie.people import queries as people
from yingjie.people.models import Person
from yingjie.people.queries import years_before
from yingjie.people.residents import in_ledger

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
    """One area's line: people not vaccinated yet, by the reason heard last, in the order of REASONS. `code` "" : in none listed."""

    code: str
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Reasons:
    """Why people are not vaccinated yet, as counts by area and by age band; each person counts once."""

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


def cleared_at(person_id: UUID) -> datetime | None:
    """When a doctor last said that nothing stands against a dose, whoever asks."""
    rows = Attempt.objects.unscoped("of the person at the desk").filter(
        person_id=person_id, outcome="cleared"
    )
    return rows.order_by("-at").values_list("at", flat=True).first()


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
    """Counts of the reasons heard below an area, by the areas one level below and by age band on a day (today, if left out): of the
    people of the unvaccinated ledger, each with the reason that stands there. Raises NotFound for an area where the actor may not
    see visits."""
    if not actor.sees("outreach.view", area_code):
        raise NotFound()
    on = on or clock.today()
    area = areas.area(system("outreach"), area_code)
    length = NEXT_LENGTH.get(len(area_code), 16)
    listed = {row.code: row.name for row in areas.children(system("outreach"), area_code)}
    by_area: dict[str, dict[str, int]] = {code: {} for code in listed}
    by_age: dict[str, dict[str, int]] = {band: {} for band, _begins in AGE_BANDS}
    for place, band, why, number in _counted(actor, area_code, length, on):
        of_place = by_area.setdefault(place if place in listed else "", {})
        for sums in (of_place, by_age[band]):
            sums[why] = sums.get(why, 0) + number
    return Reasons(
        area_code, area.name, on, REASONS,
        tuple(_reason_row(code, listed.get(code, ""), sums) for code, sums in _unplaced_last(by_area)),
        tuple(_reason_row(band, "", sums) for band, sums in by_age.items()),
    )  # fmt: skip


def _counted(actor: Actor, area_code: str, length: int, on: date) -> list[tuple[str, str, str, int]]:
    """(place, age band, reason, people) in one SQL."""
    people: QuerySet[Person] = Person.objects.visible_to(actor, "outreach.view").filter(
        in_ledger(on), area__code__startswith=area_code
    )
    asked = closings.Asked(on, campaign.last_of_course())
    found = closings.relation(closings.here(people), asked, wide=len(area_code) <= 6)
    bands = " ".join(
        f"WHEN t.birth_on <= %(band_{nth})s THEN '{band}'"
        for nth, (band, _begins) in reversed([*enumerate(AGE_BANDS)][1:])
    )
    sql = f"""
        SELECT left(t.area_id, %(length)s), CASE {bands} ELSE '{AGE_BANDS[0][0]}' END, t.reason, count(*) FROM ({found.sql}) t
        WHERE t.term = ANY(%(open)s) AND t.reason <> '' GROUP BY 1, 2, 3
    """
    born = {f"band_{nth}": years_before(on, begins) for nth, (_band, begins) in enumerate(AGE_BANDS)}
    more = {"length": length, "open": list(closings.OPEN_TERMS)}
    return closings.run(closings.Statement(sql, {**found.parameters, **born, **more}))


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
