"""Writes of staff records and certificates. Trainings are in training_actions.py."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from yingjie.areas import queries as areas
from yingjie.areas.actions import reading
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.staff import refusals, rules
from yingjie.staff.models import KINDS, Certificate, StaffMember

CHANGEABLE = ("name", "kind", "qualification", "roles", "unit_id", "phone", "account", "left_on")


@transaction.atomic
def enrol(
    *,
    by: Actor,
    area_code: str,
    name: str,
    kind: str = "employee",
    qualification: str = "none",
    roles: Collection[str] = (),
    unit_id: UUID | None = None,
    phone: str = "",
    account: str = "",
    joined_on: date | None = None,
    member_id: UUID | None = None,
) -> StaffMember:
    """Enter somebody who works in the campaign. Raises NotFound, NameMissing, UnknownWord, AccountTaken."""
    by.require("staff.change", area_code)
    if areas.open_area(by, area_code, "staff.change") is None:
        raise NotFound()
    given = {"name": name, "kind": kind, "qualification": qualification, "roles": roles, "unit_id": unit_id,
             "phone": phone, "account": account}  # fmt: skip
    made = StaffMember(area_id=area_code, joined_on=joined_on or clock.today(), **_checked(given))
    if member_id is not None:
        made.pk = member_id
    made.pinyin = reading(made.name)
    _saved(made, force_insert=True)
    facts = {"name": made.name, "roles": list(made.roles), "account": made.account or ""}
    record(by=by, verb="staff.enrol", subject=made, area_code=area_code, facts=facts)
    return made


@transaction.atomic
def change(*, by: Actor, member_id: UUID, **given: Any) -> StaffMember:
    """Change what is said about somebody (any of CHANGEABLE). What is left out stays. Raises NotFound, NameMissing, UnknownWord,
    AccountTaken."""
    member = _locked(by, member_id, "staff.change")
    asked = _checked({key: value for key, value in given.items() if key in CHANGEABLE})
    changed = {key: value for key, value in asked.items() if getattr(member, key) != value}
    for key, value in changed.items():
        setattr(member, key, value)
    if not changed:
        return member
    if member.left_on is not None and member.left_on < member.joined_on:
        raise refusals.LeftBeforeJoining(joined_on=member.joined_on)
    member.pinyin = reading(member.name)
    _saved(member)
    facts = {key: str(value) for key, value in changed.items() if key != "phone"} | {"name": member.name}
    record(by=by, verb="staff.change", subject=member, area_code=member.area_id, facts=facts)
    return member


@transaction.atomic
def certify(
    *,
    by: Actor,
    member_id: UUID,
    kind: str,
    number: str,
    valid_from: date,
    valid_until: date | None = None,
    issued_by: str = "",
    training_id: UUID | None = None,
) -> Certificate:
    """Enter a certificate. `valid_until` None: as long as its kind is valid. Raises NotFound, UnknownWord, NumberMissing,
    NumberTaken, EndsBeforeBeginning."""
    member = _locked(by, member_id, "staff.certify")
    if kind not in rules.certificates():
        raise refusals.UnknownWord(word=kind)
    if not number.strip():
        raise refusals.NumberMissing()
    ends = valid_until or valid_through(kind, valid_from)
    if ends < valid_from:
        raise refusals.EndsBeforeBeginning()
    made = Certificate(
        member=member, kind=kind, number=number.strip(), valid_from=valid_from, valid_until=ends,
        issued_by=issued_by.strip() or by.title or by.name, training_id=training_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        if "certificate_number_is_given_once" not in str(clash):
            raise
        raise refusals.NumberTaken(number=made.number) from clash
    facts = {"name": member.name, "kind": kind, "number": made.number, "until": str(ends)}
    record(by=by, verb="staff.certify", subject=member, area_code=member.area_id, facts=facts)
    return made


@transaction.atomic
def revoke(*, by: Actor, certificate_id: UUID, reason: str) -> Certificate:
    """Take a certificate out of force, at once. Raises NotFound, ReasonMissing, AlreadyRevoked."""
    visible = Certificate.objects.visible_to(by, "staff.certify").filter(pk=certificate_id)
    if not visible.exists():
        raise NotFound()
    found = lock(Certificate.objects.unscoped("found under staff.certify above"), pk=certificate_id)[0]
    if not reason.strip():
        raise refusals.ReasonMissing()
    if found.revoked_at is not None:
        raise refusals.AlreadyRevoked(on=clock.day_of(found.revoked_at))
    found.revoked_at, found.revoked_by, found.revoked_reason = clock.now(), by.name, reason.strip()[:200]
    found.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    facts = {
        "name": found.member.name,
        "kind": found.kind,
        "number": found.number,
        "reason": found.revoked_reason,
    }
    record(by=by, verb="staff.revoke", subject=found.member, area_code=found.member.area_id, facts=facts)
    return found


def valid_through(kind: str, valid_from: date) -> date:
    """The last day of a certificate of this kind: the day before the one with its date so many months later."""
    months = valid_from.year * 12 + valid_from.month - 1 + rules.certificates()[kind].months
    year, month = divmod(months, 12)
    for day in range(valid_from.day, 27, -1):
        try:
            return date.fromordinal(date(year, month + 1, day).toordinal() - 1)
        except ValueError:
            continue
    return date.fromordinal(date(year, month + 1, min(valid_from.day, 28)).toordinal() - 1)


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises NameMissing, UnknownWord."""
    kept = dict(given)
    if "name" in kept:
        kept["name"] = str(kept["name"]).strip()
        if not 1 <= len(kept["name"]) <= 40:
            raise refusals.NameMissing()
    if "roles" in kept:
        kept["roles"] = [role for role in rules.roles() if role in set(kept["roles"])]
        unknown = set(given["roles"]) - set(kept["roles"])
        if unknown:
            raise refusals.UnknownWord(word=min(unknown))
    for key, known in (("kind", KINDS), ("qualification", tuple(rules.qualifications()))):
        if key in kept and kept[key] not in known:
            raise refusals.UnknownWord(word=kept[key])
    if "account" in kept:
        kept["account"] = (kept["account"] or "").strip().lower() or None
    if "phone" in kept:
        kept["phone"] = (kept["phone"] or "").strip()[:24]
    return kept


def _saved(member: StaffMember, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            member.save(force_insert=force_insert)
    except IntegrityError as clash:
        if "account" not in str(clash):
            raise
        raise refusals.AccountTaken(account=member.account) from clash


def _locked(by: Actor, member_id: UUID, permission: str) -> StaffMember:
    if not StaffMember.objects.visible_to(by, permission).filter(pk=member_id).exists():
        raise NotFound()
    return lock(StaffMember.objects.unscoped("found under the permission above"), pk=member_id)[0]
