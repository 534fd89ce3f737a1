"""党员干部带头 (MOB-7): how far the groups are that go first, and whoever lives with them. Somebody in two of the groups counts in
both; the sum counts everybody once. Counts for whoever sees the people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign
from yingjie.outreach.closings import Asked, Statement, here, relation, run
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.queries import NEXT_LENGTH
from yingjie.outreach.unit_coverage import Standing
from yingjie.people.codelists import categories
from yingjie.people.models import Person, PersonCategory
from yingjie.people.residents import in_ledger

#: Whoever lives with somebody of the groups and is in none of them; and all of them together.
FAMILY, ALL = "family", "all"
_SCOPED = "of people who were scoped before"


@dataclass(frozen=True)
class Board:
    """`by_group`: group, FAMILY and ALL → standing; `by_area`: (code one level below, name) → standing of ALL."""

    area: AreaRow
    by_group: Mapping[str, Standing]
    by_area: Mapping[tuple[str, str], Standing]


def titles() -> list[tuple[str, str]]:
    """Groups with their words, FAMILY last."""
    known = categories()
    found = [(code, str(known[code].title)) for code in mobilising().lead_groups if code in known]
    return [*found, (FAMILY, _("Families of those groups"))]


def board(actor: Actor, area_code: str) -> Board:
    """Raises NotFound for an area where the actor does not see people."""
    if not actor.sees("outreach.view", area_code):
        raise NotFound()
    people = Person.objects.visible_to(actor, "outreach.view").filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    found = members(people)
    listed = {row.code: row.name for row in areas.children(actor, area_code)}
    by_group = {code: Standing() for code, _title in titles()} | {ALL: Standing()}
    by_area = {(code, name): Standing() for code, name in listed.items()}
    for group, place, standing in _counted(found, NEXT_LENGTH.get(len(area_code), 16)):
        by_group[group] = by_group[group].plus(standing)
        if group == ALL and place in listed:
            by_area[place, listed[place]] = by_area[place, listed[place]].plus(standing)
    return Board(areas.path(area_code)[-1], by_group, by_area)


def members(people: QuerySet[Person], only: str = "") -> list[tuple[UUID, str]]:
    """(person, group) of these people, of one group or of all."""
    today = clock.today()
    live = (Q(from_on__isnull=True) | Q(from_on__lte=today)) & (
        Q(until_on__isnull=True) | Q(until_on__gt=today)
    )
    rows = PersonCategory.objects.unscoped(_SCOPED).filter(
        live, code__in=mobilising().lead_groups, person_id__in=people.order_by().values("pk")
    )
    found = sorted(set(rows.values_list("person_id", "code")))
    if only and only != FAMILY:
        return [row for row in found if row[1] == only]
    own = {key for key, _code in found}
    homes = (
        Person.objects.unscoped(_SCOPED).filter(pk__in=own, household_id__isnull=False).values("household_id")
    )
    family = people.filter(household_id__in=homes).exclude(pk__in=own).values_list("pk", flat=True)
    theirs = [(key, FAMILY) for key in sorted(family)]
    return theirs if only == FAMILY else found + theirs


def _counted(found: list[tuple[UUID, str]], digits: int) -> list[tuple[str, str, Standing]]:
    """(group, place, standing), ALL among the groups."""
    if not found:
        return []
    pairs = found + [(key, ALL) for key in sorted({key for key, _code in found})]
    people = Person.objects.unscoped(_SCOPED).filter(pk__in={key for key, _code in found})
    terms = relation(here(people), Asked(clock.today(), campaign.last_of_course()))
    sql = f"""
        SELECT g.code, left(t.area_id, %(digits)s), t.term, t.doses > 0, count(*)
        FROM ({terms.sql}) t JOIN unnest(%(keys)s::uuid[], %(codes)s::text[]) AS g (person_id, code) ON g.person_id = t.person_id
        GROUP BY 1, 2, 3, 4
    """
    more: dict[str, Any] = {
        "digits": digits,
        "keys": [key for key, _code in pairs],
        "codes": [code for _key, code in pairs],
    }
    return [
        (group, place, Standing.of(term, has_dose, number))
        for group, place, term, has_dose, number in run(Statement(sql, {**terms.parameters, **more}))
    ]
