"""Writes of a site's team, its shifts and needs, leave and wishes."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.sites import layout_queries, refusals, roster_rules
from yingjie.sites.layout_actions import locked
from yingjie.sites.models import TIME_KINDS, Need, ShiftPattern, TeamMember, TimeOff
from yingjie.staff import queries as staff
from yingjie.staff import rules as staff_rules

_WHY = "of a site that was checked"


@transaction.atomic
def join(
    *, by: Actor, site_id: UUID, member_id: UUID, from_on: date | None = None, week_hours: int | None = None
) -> TeamMember:
    """Somebody of the staff belongs to the site's team from a day on. Raises NotFound, AlreadyInTeam."""
    site = locked(by, site_id, "sites.roster")
    who = staff.briefs({member_id}).get(member_id)
    if who is None:
        raise NotFound()
    made = TeamMember(site=site, member_id=member_id, from_on=from_on or clock.today(), week_hours=week_hours)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        if "team_names_somebody_once" not in str(clash):
            raise
        raise refusals.AlreadyInTeam(name=who.name) from clash
    facts = {"name": who.name, "from": str(made.from_on)}
    record(by=by, verb="sites.join", subject=site, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def part(*, by: Actor, team_id: UUID, until_on: date | None = None) -> None:
    """Somebody's last day in the team. Raises NotFound."""
    row = TeamMember.objects.visible_to(by, "sites.roster").filter(pk=team_id).first()
    if row is None:
        raise NotFound()
    site = locked(by, row.site_id, "sites.roster")
    row.until_on = max(until_on or clock.today(), row.from_on)
    row.save(update_fields=["until_on"])
    facts = {"name": row.member.name, "until": str(row.until_on)}
    record(by=by, verb="sites.part", subject=site, area_code=site.area_id, facts=facts)


@transaction.atomic
def set_shifts(*, by: Actor, site_id: UUID, pattern: str) -> list[ShiftPattern]:
    """The standard shifts of a pattern with the needs that follow from the site's stations. Shifts that the site has are set anew.
    Raises NotFound, UnknownWord."""
    site = locked(by, site_id, "sites.roster")
    if pattern not in roster_rules.patterns():
        raise refusals.UnknownWord(word=pattern)
    stations = layout_queries.stations_by_room(by, site_id)
    lang, made = (get_language() or "zh")[:2], []
    for standard in roster_rules.shifts(pattern):
        shift, _new = ShiftPattern.objects.unscoped(_WHY).update_or_create(
            site=site, code=standard.code,
            defaults={"name": standard.words.in_(lang), "begins": standard.begins, "ends": standard.ends},
        )  # fmt: skip
        made.append(shift)
        for need in roster_rules.needs():
            people = [need.people(stations, standard.share)] * 7
            Need.objects.unscoped(_WHY).update_or_create(
                site=site, shift=shift, role=need.role, defaults={"people": people}
            )
    facts = {"pattern": pattern}
    record(by=by, verb="sites.set_shifts", subject=site, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def set_needs(*, by: Actor, site_id: UUID, given: Mapping[tuple[UUID, str], Sequence[int]]) -> None:
    """How many people each shift needs in a role, Monday to Sunday: (shift, role) → seven numbers. Raises NotFound, UnknownWord."""
    site = locked(by, site_id, "sites.roster")
    own = set(ShiftPattern.objects.unscoped(_WHY).filter(site=site).values_list("pk", flat=True))
    for (shift_id, role), people in given.items():
        if shift_id not in own or role not in staff_rules.roles():
            raise refusals.UnknownWord(word=role)
        Need.objects.unscoped(_WHY).update_or_create(
            site=site, shift_id=shift_id, role=role, defaults={"people": list(people)}
        )
    facts = {"needs": len(given)}
    record(by=by, verb="sites.set_needs", subject=site, area_code=site.area_id, facts=facts)


@transaction.atomic
def take_time(
    *, by: Actor, site_id: UUID, member_id: UUID, kind: str, from_on: date, until_on: date
) -> TimeOff:
    """Leave, illness or a wish: entered by whoever keeps the roster, or for oneself. Raises NotFound, NotYours, UnknownWord,
    DaysOutOfOrder."""
    own = staff.member_of(by)
    is_own = own is not None and own.id == member_id
    site = locked(by, site_id, "sites.view" if is_own else "sites.roster")
    if kind not in TIME_KINDS:
        raise refusals.UnknownWord(word=kind)
    if not 0 <= (until_on - from_on).days <= 366:
        raise refusals.DaysOutOfOrder()
    if not TeamMember.objects.unscoped(_WHY).filter(site=site, member_id=member_id).exists():
        raise NotFound()
    made = TimeOff.objects.unscoped(_WHY).create(
        site=site,
        member_id=member_id,
        kind=kind,
        from_on=from_on,
        until_on=until_on,
        by=by.name,
        at=clock.now(),
    )
    facts = {"kind": kind, "from": str(from_on), "until": str(until_on)}
    record(by=by, verb="sites.take_time", subject=site, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def drop_time(*, by: Actor, time_id: UUID) -> None:
    """Leave or a wish that is not taken after all. Raises NotFound."""
    row = TimeOff.objects.visible_to(by, "sites.roster").filter(pk=time_id).first()
    if row is None:
        raise NotFound()
    site = locked(by, row.site_id, "sites.roster")
    facts = {"kind": row.kind, "from": str(row.from_on)}
    row.delete()
    record(by=by, verb="sites.drop_time", subject=site, area_code=site.area_id, facts=facts)
