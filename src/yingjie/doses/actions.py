"""Writes of doses. What was given is recorded and flagged, never refused (law 3); only a number cannot be used twice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.doses import effects, needle, standings, standings_in_bulk
from yingjie.doses.claims import accept, add_proof, claim, claim_at_station, refuse, reopen
from yingjie.doses.keeping import must_be_possible, take_back
from yingjie.doses.models import Dose
from yingjie.doses.refusals import AlreadyCorrected, NothingAmended, NumberTaken
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.jobs.actions import start
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.jobs.queries import under_way
from yingjie.foundation.journal.actions import record as write_journal
from yingjie.foundation.journal.actions import record_all
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.sites.queries import site
from yingjie.vaccines import rules
from yingjie.vaccines.actions import note_effects
from yingjie.vaccines.queries import group_of, product, rules_before_and_after

Progress = Callable[[int, int], None]
REFRESH = "doses.refresh_standings"
__all__ = [
    "AlreadyCorrected",
    "NumberTaken",
    "accept",
    "add_proof",
    "amend",
    "claim",
    "claim_at_station",
    "correct",
    "follow_the_day",
    "measure_policy",
    "rebuild_standings",
    "record",
    "refresh_standings",
    "refuse",
    "reopen",
    "rules_switched",
    "start_measuring",
]


@transaction.atomic
def record(
    *,
    by: Actor,
    person_id: UUID,
    product_code: str,
    number: int,
    given_at: datetime,
    site_id: UUID,
    lot_number: str,
    expires_on: date,
    vial_code: str,
    given_by: str,
    dose_id: UUID | None = None,
) -> Dose:
    """Write down a dose given at a site, and where the person stands with it. `given_at` is aware; `dose_id` is for whoever has
    already named the dose elsewhere (the stock's movement). Raises NumberTaken, NotFound."""
    at = site(by, site_id, "clinic.vaccinate")
    product(product_code)
    given = needle.Given(
        dose_id or uuid7(), product_code, number, given_at, at.id, at.area_code, lot_number, expires_on, vial_code, given_by
    )  # fmt: skip
    dose, line = needle.record(needle.hold(person_id), given)
    record_all(by=by, lines=[line])
    return dose


@transaction.atomic
def correct(*, by: Actor, person_id: UUID, dose_id: UUID, reason: str) -> Dose:
    """Take a wrong record back: it stays on record with its reason and counts no more. The vaccine does not return to stock.

    Whoever may vaccinate at the site of the dose may, and whoever keeps the ledger of the person's area.
    Raises AlreadyCorrected, BadInput, NotFound, NotAllowed.
    """
    dose, area_code = _held(by, person_id, dose_id, reason)
    take_back(dose, reason.strip())
    standings.update([person_id])
    facts = {"person": str(person_id), "number": dose.number, "reason": dose.void_reason}
    write_journal(by=by, verb="doses.correct", subject=dose, area_code=area_code, facts=facts)
    return dose


@transaction.atomic
def amend(
    *,
    by: Actor,
    person_id: UUID,
    dose_id: UUID,
    reason: str,
    product_code: str | None = None,
    given_on: date | None = None,
    lot_number: str | None = None,
    given_in: str | None = None,
) -> Dose:
    """Say what a record should have said: the old row stays with the reason and counts no more, a new one stands in its place and
    names it. What is left out stays. Person, number, site and vial are not amended: then the record is taken back.

    Raises AlreadyCorrected, BadInput, NothingAmended, DoseBeforeBirth, DoseToCome, NotFound, NotAllowed.
    """
    old, area_code = _held(by, person_id, dose_id, reason)
    wanted = {
        "product_id": product_code,
        "given_on": given_on,
        "lot_number": lot_number,
        "given_in": given_in,
    }
    changed: dict[str, Any] = {
        column: value
        for column, value in wanted.items()
        if value is not None and getattr(old, column) != (value.strip() if isinstance(value, str) else value)
    }
    if not changed:
        raise NothingAmended()
    if "product_id" in changed:
        changed["group"] = group_of(product(str(product_code)).code)
    if given_on is not None:
        must_be_possible(person_id, given_on)
        changed["given_at"] = _same_hour(old.given_at, given_on)
    take_back(old, reason.strip())
    new = _copy(old, changed)
    standings.update([person_id])
    facts = {"person": str(person_id), "number": new.number, "of": str(old.pk), "changed": sorted(changed)}
    write_journal(by=by, verb="doses.amend", subject=new, area_code=area_code, facts=facts)
    return new


def rebuild_standings(
    *,
    by: Actor,
    person_ids: Sequence[UUID] | None = None,
    progress: Progress = lambda done, total: None,
) -> int:
    """Judge everyone (or those named) again and write what differs; on a sound database that is nothing. Some ten thousand people
    at a time are a transaction of their own. `progress` hears how many of how many are done. Returns how many people's standing
    changed."""
    by.require("access.manage")
    fingerprint = rules.fingerprint()
    if person_ids is None:
        changed = standings_in_bulk.everyone(progress)
        standings.note_made(fingerprint)
    else:
        changed = standings_in_bulk.named(person_ids, progress)
    with transaction.atomic():
        facts = {"changed": changed} | ({} if person_ids is None else {"people": len(person_ids)})
        write_journal(by=by, verb="doses.rebuild_standings", subject=("standing", "all"), facts=facts)
    return changed


def refresh_standings(*, by: Actor, progress: Progress = lambda done, total: None) -> int:
    """What the passing of days asks for: everyone, where the rules in force are not those by which standings were made; else those
    whose answer may be another one by today. Returns how many people's standing changed."""
    by.require("access.manage")
    if not standings.are_of(rules.fingerprint()):
        return rebuild_standings(by=by, progress=progress)
    return standings_in_bulk.turning(clock.today(), progress)


def follow_the_day(*, by: Actor) -> None:
    """`refresh_standings` at once where few people are concerned; else in the background, if that is not under way."""
    by.require("access.manage")
    if standings.are_of(rules.fingerprint()) and standings_in_bulk.few_turn(clock.today()):
        refresh_standings(by=by)
    elif not under_way(REFRESH):
        start(by=by, kind=REFRESH, title=str(_("Standings follow the day")))


def measure_policy(
    *, by: Actor, version_id: UUID, from_on: date, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Count what switching a draft on from a day would change for whom, and keep the counts with it. Nothing else is written.

    Raises NotADraft, TooEarly, NotFound, NotAllowed.
    """
    by.require("vaccines.change")
    against = rules.fingerprint()
    before, after = rules_before_and_after(version_id, from_on)
    found = effects.measure(before, after, from_on, progress)
    note_effects(by=by, version_id=version_id, against=against, effects=found)
    return found


def start_measuring(*, by: Actor, version_id: UUID, title: str, from_on: date) -> Job:
    """`measure_policy` in the background. Raises NotADraft, TooEarly, NotFound, NotAllowed."""
    by.require("vaccines.change")
    rules_before_and_after(version_id, from_on)
    words = _("Counting what “{policy}” changes").format(policy=title)[:200]
    return start(
        by=by, kind="doses.measure_policy", title=words, username=by.name, version_id=str(version_id),
        from_on=from_on.isoformat(),
    )  # fmt: skip


def rules_switched(by: Actor) -> None:
    """The rules are others now: standings follow in the background."""
    if Dose.objects.unscoped("whether there is anything to judge").exists():
        start(by=by, kind=REFRESH, title=str(_("Standings follow the new policy")))


def _held(by: Actor, person_id: UUID, dose_id: UUID, reason: str) -> tuple[Dose, str]:
    """The record, its person locked, and the person's area, for whoever may say that it is wrong."""
    if not reason.strip():
        raise BadInput(what=_("Say why the record is wrong."))
    rows = Dose.objects.unscoped("authorised by site or by area below").select_related("person")
    found = rows.filter(person_id=person_id, pk=dose_id).first()
    if found is None:
        raise NotFound()
    _may_correct(by, found)
    standings.hold(person_id)
    dose = _doses().get(person_id=person_id, pk=dose_id)
    if dose.voided_at is not None:
        raise AlreadyCorrected(why=dose.void_reason)
    return dose, found.person.area_id


def _copy(old: Dose, changed: Mapping[str, Any]) -> Dose:
    """The old record with what is changed in it, in its place."""
    columns = {
        field.attname: getattr(old, field.attname)
        for field in Dose._meta.concrete_fields
        if field.attname not in ("voided_at", "void_reason")
    }
    fresh = {"id": uuid7(), "supersedes_id": old.pk, "counts_as": None, "recorded_at": clock.now()}
    return _doses().create(**columns | fresh | dict(changed))


def _same_hour(given_at: datetime | None, given_on: date) -> datetime | None:
    if given_at is None:
        return None
    hour = given_at.astimezone(clock.CAMPAIGN_ZONE).timetz()
    return datetime.combine(given_on, hour)


def _may_correct(by: Actor, dose: Dose) -> None:
    if by.may("people.change", dose.person.area_id):
        return
    if dose.site_id is None:
        raise NotFound() if not by.may("people.view", dose.person.area_id) else NotAllowed()
    site(by, dose.site_id, "clinic.vaccinate")


def _doses() -> ScopedQuerySet[Dose]:
    return Dose.objects.unscoped("of a person whom the caller was authorised for")
