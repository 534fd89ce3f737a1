"""Trainings: opened, attended, assessed, closed; whoever passed gets the certificate."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.staff import actions, refusals, rules
from yingjie.staff.models import Attendance, StaffMember, Training

_WHY = "of a training that was checked"


@transaction.atomic
def open_training(
    *,
    by: Actor,
    area_code: str,
    title: str,
    held_on: date,
    certificate: str = "",
    place: str = "",
    trainer: str = "",
    pass_score: int = 60,
    training_id: UUID | None = None,
) -> Training:
    """A training on a day. `certificate`: the kind that whoever passes gets, "" for none. Raises NotFound, NameMissing,
    UnknownWord, ScoreOutOfRange."""
    by.require("staff.change", area_code)
    if areas.open_area(by, area_code, "staff.change") is None:
        raise NotFound()
    if not 1 <= len(title.strip()) <= 80:
        raise refusals.NameMissing()
    if certificate and certificate not in rules.certificates():
        raise refusals.UnknownWord(word=certificate)
    if not 0 <= pass_score <= 100:
        raise refusals.ScoreOutOfRange()
    made = Training(
        area_id=area_code, title=title.strip(), held_on=held_on, certificate=certificate, place=place.strip()[:80],
        trainer=trainer.strip()[:40], pass_score=pass_score,
    )  # fmt: skip
    if training_id is not None:
        made.pk = training_id
    made.save(force_insert=True)
    facts = {"title": made.title, "on": str(held_on)}
    record(by=by, verb="staff.open_training", subject=made, area_code=area_code, facts=facts)
    return made


@transaction.atomic
def invite(*, by: Actor, training_id: UUID, member_ids: Collection[UUID]) -> int:
    """Put staff on the list of a training; whoever is on it stays. Returns how many were new. Raises NotFound, TrainingClosed."""
    training = _open(by, training_id, "staff.change")
    seen = StaffMember.objects.visible_to(by).filter(pk__in=member_ids).values_list("pk", flat=True)
    rows = Attendance.objects.unscoped(_WHY)
    there = set(rows.filter(training=training).values_list("member_id", flat=True))
    new = [Attendance(training=training, member_id=member_id) for member_id in seen if member_id not in there]
    rows.bulk_create(new)
    facts = {"title": training.title, "invited": len(new)}
    record(by=by, verb="staff.invite", subject=training, area_code=training.area_id, facts=facts)
    return len(new)


@transaction.atomic
def assess(*, by: Actor, training_id: UUID, given: Mapping[UUID, tuple[bool, int | None]]) -> None:
    """Who came, and with how many points: attendance id → (attended, score). Raises NotFound, TrainingClosed, ScoreOutOfRange,
    ScoreWithoutAttending."""
    training = _open(by, training_id, "staff.certify")
    rows = {row.pk: row for row in lock(Attendance.objects.unscoped(_WHY), training_id=training_id)}
    for attendance_id, (attended, score) in given.items():
        row = rows.get(attendance_id)
        if row is None:
            raise NotFound()
        if score is not None and not 0 <= score <= 100:
            raise refusals.ScoreOutOfRange()
        if score is not None and not attended:
            raise refusals.ScoreWithoutAttending(name=row.member.name)
        row.attended, row.score = attended, score
        row.result = "" if score is None else "passed" if score >= training.pass_score else "failed"
        row.assessed_by, row.assessed_at = by.title or by.name, clock.now()
        row.save()
    facts = {"title": training.title, "assessed": len(given)}
    record(by=by, verb="staff.assess", subject=training, area_code=training.area_id, facts=facts)


@transaction.atomic
def close_training(*, by: Actor, training_id: UUID) -> int:
    """End a training: whoever passed gets its certificate, valid from the day of the training. Returns how many. Raises NotFound,
    TrainingClosed."""
    training = _open(by, training_id, "staff.certify")
    passed = Attendance.objects.unscoped(_WHY).filter(training=training, result="passed").order_by("pk")
    members = list(passed.values_list("member_id", flat=True)) if training.certificate else []
    for nth, member_id in enumerate(members, 1):
        number = f"{training.area_id}-{training.held_on:%Y%m%d}-{str(training.pk)[-6:]}-{nth:03d}"
        actions.certify(
            by=by, member_id=member_id, kind=training.certificate, number=number, valid_from=training.held_on,
            training_id=training.pk,
        )  # fmt: skip
    training.closed_at = clock.now()
    training.save(update_fields=["closed_at"])
    facts = {"title": training.title, "certificates": len(members)}
    record(by=by, verb="staff.close_training", subject=training, area_code=training.area_id, facts=facts)
    return len(members)


def _open(by: Actor, training_id: UUID, permission: str) -> Training:
    if not Training.objects.visible_to(by, permission).filter(pk=training_id).exists():
        raise NotFound()
    found = lock(Training.objects.unscoped("found under the permission above"), pk=training_id)[0]
    if found.closed_at is not None:
        raise refusals.TrainingClosed()
    return found
