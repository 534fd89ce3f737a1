"""Issuing a bulletin."""

from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.oversight import queries
from yingjie.oversight.card_actions import propose_cards
from yingjie.oversight.content import BulletinContent, hash_of, to_json
from yingjie.oversight.models import Bulletin
from yingjie.oversight.refusals import AlreadyIssued, LaterIssued


def issue(
    *,
    by: Actor,
    area_code: str,
    on: date,
    cut_off_at: datetime | None = None,
    problems: str = "",
    plan: str = "",
    signed_by: str = "",
    copied_to: str = "",
) -> Bulletin:
    """Freeze the day's bulletin of an area under the next number of its year; the rules of cards look at it at once.

    `problems`, `plan`, who signed and who gets a copy are printed as they are. Raises NotFound, NotAllowed, AlreadyIssued,
    LaterIssued (bulletins go in the order of their days, else late doses would be counted twice), and what `queries.draft` raises.
    """
    content = queries.draft(by, area_code, on, cut_off_at)
    by.require("oversight.issue", area_code)
    # Counted in one snapshot, written in a transaction of its own: the journal's end is locked by whoever records a dose, and a row
    # that changed since the snapshot could not be locked from it.
    content = replace(
        content,
        problems=problems.strip(),
        plan=plan.strip(),
        signed_by=signed_by.strip(),
        copied_to=copied_to.strip(),
    )
    try:
        with transaction.atomic():
            bulletin = _freeze(by, area_code, on, content)
            propose_cards(by=by, area_code=area_code)
            return bulletin
    except IntegrityError:
        # Two people issued at the same moment; the other one's is the bulletin.
        raise AlreadyIssued(on=on, area=area_code) from None


def _freeze(by: Actor, area_code: str, on: date, content: BulletinContent) -> Bulletin:
    number = _next_number(area_code, on, content)
    now = clock.now()
    content = replace(content, number=number, issued_on=clock.day_of(now))
    stored = to_json(content)
    bulletin = Bulletin.objects.create(
        area_id=area_code,
        on=on,
        year=on.year,
        number=number,
        cut_off_at=content.cut_off_at,
        content=stored,
        content_sha256=hash_of(stored),
        issued_at=now,
        issued_by=by.signature,
    )
    record(
        by=by,
        verb="oversight.issue",
        subject=bulletin,
        area_code=area_code,
        facts={"on": on.isoformat(), "number": number, "sha256": bulletin.content_sha256},
    )
    return bulletin


def _next_number(area_code: str, on: date, content: BulletinContent) -> int:
    rows = Bulletin.objects.unscoped("numbers count up over all bulletins of the area")
    taken = lock(rows, area_id=area_code, on__gte=date(on.year, 1, 1))
    later = [row.on for row in taken if row.on > on]
    if any(row.on == on for row in taken):
        raise AlreadyIssued(on=on, area=content.area_name)
    if later:
        raise LaterIssued(on=on, later_on=max(later), area=content.area_name)
    return max((row.number for row in taken if row.year == on.year), default=0) + 1
