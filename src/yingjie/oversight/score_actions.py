"""Writes of scores: a sheet settled for a period, areas commended for it, a commendation withdrawn."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vaxkit.ruledata.scoring_rules import shipped_scoring_rules
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import scoring
from yingjie.oversight.card_actions import DECIDE
from yingjie.oversight.models import Commendation, ScoreSheet
from yingjie.oversight.refusals import WordsMissing
from yingjie.oversight.score_refusals import AlreadyCommended, PeriodScored

_FOUND = "of an area on which the actor decides"


@transaction.atomic
def settle(*, by: Actor, area_code: str, from_on: date, until_on: date) -> ScoreSheet:
    """The scores of the areas right below, from the bulletins issued in the time, as they stand now and for good. Raises NotFound,
    NotAllowed, PeriodScored, TooFewBulletins."""
    areas.area(by, area_code)
    by.require(DECIDE, area_code)
    rows = ScoreSheet.objects.unscoped(_FOUND).filter(area_id=area_code)
    if rows.filter(from_on__lte=until_on, until_on__gte=from_on).exists():
        raise PeriodScored()
    found = scoring.scored(area_code, from_on, until_on)
    sheet = ScoreSheet.objects.create(
        area_id=area_code, from_on=from_on, until_on=until_on, rules=scoring.rules_as_json(shipped_scoring_rules()),
        rows=found, by=by.signature, at=clock.now(),
    )  # fmt: skip
    facts = {"from": from_on.isoformat(), "until": until_on.isoformat(), "areas": len(found)}
    record(by=by, verb="oversight.settle_scores", subject=sheet, area_code=area_code, facts=facts)
    return sheet


@transaction.atomic
def commend(*, by: Actor, sheet_id: UUID, area_code: str, words: str) -> Commendation:
    """Raises NotFound, NotAllowed, WordsMissing, AlreadyCommended."""
    sheet = _sheet(by, sheet_id)
    if area_code not in {row["area"] for row in sheet.rows}:
        raise NotFound()
    if not words.strip():
        raise WordsMissing()
    if _standing(sheet).filter(area_id=area_code).exists():
        raise AlreadyCommended()
    made = Commendation.objects.create(
        sheet=sheet, area_id=area_code, words=words.strip()[:400], by=by.signature, at=clock.now()
    )  # fmt: skip
    record(by=by, verb="oversight.commend", subject=made, area_code=area_code, facts={})
    return made


@transaction.atomic
def withdraw(*, by: Actor, sheet_id: UUID, area_code: str, because: str) -> None:
    """Raises NotFound, NotAllowed, WordsMissing."""
    found = _standing(_sheet(by, sheet_id)).filter(area_id=area_code).first()
    if found is None:
        raise NotFound()
    if not because.strip():
        raise WordsMissing()
    found.withdrawn_at, found.withdrawn_by = clock.now(), by.signature
    found.withdrawn_because = because.strip()[:400]
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    record(by=by, verb="oversight.withdraw_commendation", subject=found, area_code=area_code, facts={})


def _sheet(by: Actor, sheet_id: UUID) -> ScoreSheet:
    """Locked: one decision about a sheet at a time."""
    found = ScoreSheet.objects.visible_to(by).filter(pk=sheet_id).first()
    if found is None:
        raise NotFound()
    by.require(DECIDE, found.area_id)
    return lock(ScoreSheet.objects.unscoped(_FOUND), pk=sheet_id)[0]


def _standing(sheet: ScoreSheet) -> QuerySet[Commendation]:
    return Commendation.objects.unscoped(_FOUND).filter(sheet=sheet, withdrawn_at__isnull=True)
