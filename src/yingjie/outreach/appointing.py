"""包保: who answers. Appointing officers, leaders and support teams, and for how many each answers."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import charging
from yingjie.outreach.duties import TOWN_DIGITS
from yingjie.outreach.duty_refusals import (
    AnswersAlready,
    OfficerNumbersWrong,
    OfficerOfTooMuch,
    OfficerWordUnknown,
)
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.models import OFFICER_KINDS, Officer
from yingjie.staff import actions as staff_actions
from yingjie.staff import queries as staff

_SCOPED = "of an area that the actor was authorised for"


@transaction.atomic
def appoint(
    *,
    by: Actor,
    area_code: str,
    member_id: UUID | None = None,
    name: str = "",
    account: str = "",
    phone: str = "",
    kind: str = "officer",
    post: str = "",
    unit_id: UUID | None = None,
    least: int | None = None,
    most: int | None = None,
    to_win: int | None = None,
    from_on: date | None = None,
) -> Officer:
    """Somebody of the staff answers for an area from now on; without `member_id` they are entered as `name` first.

    Raises NotAllowed, NotFound, OfficerWordUnknown, OfficerNumbersWrong, OfficerOfTooMuch, AnswersAlready, and what staff.enrol
    raises.
    """
    by.require("outreach.assign", area_code)
    if kind not in OFFICER_KINDS:
        raise OfficerWordUnknown()
    if kind != "leader" and len(area_code) < TOWN_DIGITS:
        raise OfficerOfTooMuch()
    if areas.open_area(by, area_code, "outreach.assign") is None:
        raise NotFound()
    low, high, win = _numbers(kind, least, most, to_win)
    if member_id is None:
        member_id = staff_actions.enrol(
            by=by,
            area_code=area_code,
            name=name,
            account=account,
            phone=phone,
            unit_id=unit_id,
            joined_on=from_on,
        ).pk
    who = staff.briefs([member_id]).get(member_id)
    if who is None or not who.is_here(clock.today()):
        raise NotFound()
    try:
        with transaction.atomic():
            made = Officer.objects.create(
                area_id=area_code, member_id=member_id, kind=kind, post=post.strip()[:40], unit_id=unit_id or who.unit_id,
                least=low, most=high, to_win=win, from_on=from_on or clock.today(),
            )  # fmt: skip
    except IntegrityError as clash:
        raise AnswersAlready(name=who.name) from clash
    charging.noted(by, "outreach.appoint", made, area_code, name=who.name, kind=kind)
    return made


@transaction.atomic
def change_officer(
    *, by: Actor, officer_id: UUID, least: int, most: int, to_win: int | None = None, post: str = ""
) -> Officer:
    """For how many somebody answers. Who is beyond it stays until the next proposal. Raises NotFound, NotAllowed, OfficerEnded,
    OfficerNumbersWrong."""
    row = charging.mine(by, officer_id)
    found = lock(Officer.objects.unscoped(_SCOPED), pk=officer_id)[0]
    found.least, found.most, found.to_win = _numbers(
        row.kind, least, most, found.to_win if to_win is None else to_win
    )
    found.post = post.strip()[:40]
    found.save(update_fields=["least", "most", "to_win", "post"])
    charging.noted(
        by, "outreach.change_officer", found, row.area_code, name=row.name, least=found.least, most=found.most
    )
    return found


def _numbers(kind: str, least: int | None, most: int | None, to_win: int | None) -> tuple[int, int, int]:
    rules = mobilising()
    low = (0 if kind == "leader" else rules.least) if least is None else least
    high = rules.most if most is None else most
    win = (0 if kind == "leader" else min(rules.to_win, high)) if to_win is None else to_win
    if not 0 <= low <= high or not 1 <= high <= 500 or not 0 <= win <= high:
        raise OfficerNumbersWrong(least=max(low, win), most=high)
    return low, high, win
