"""Writes of campaigns: plan one, its phases and milestones, share its targets out, set figures by hand, issue them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.targets import Hand
from yingjie.areas import queries as areas
from yingjie.areas.models import LEVELS
from yingjie.campaigns import held, sharing
from yingjie.campaigns.held import CHANGE, FOUND
from yingjie.campaigns.models import Campaign, KeyFigure, LineByHand, LineTarget, Milestone, Phase, Target
from yingjie.campaigns.refusals import (
    DayTaken,
    KeyUnreadable,
    OutsideCampaign,
    ReasonMissing,
    TitleTaken,
    UnknownCategory,
)
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.people.codelists import categories


@transaction.atomic
def plan(*, by: Actor, title: str, area_code: str, starts_on: date, ends_on: date) -> Campaign:
    """Begin a campaign of an area. Raises NotAllowed, NotFound, BadInput, TitleTaken."""
    by.require(CHANGE, area_code)
    areas.area(by, area_code)
    _in_order(starts_on, ends_on)
    made = Campaign(
        area_id=area_code,
        title=_titled(title),
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=clock.now(),
        made_by=by.name,
    )
    _save(made, TitleTaken(title=made.title))
    record(by=by, verb="campaigns.plan", subject=made, area_code=area_code, facts={"title": made.title})
    return made


@transaction.atomic
def change(*, by: Actor, campaign_id: UUID, title: str, starts_on: date, ends_on: date) -> Campaign:
    """Change title and days; every milestone must stay within. Raises NotFound, BadInput, TitleTaken, OutsideCampaign."""
    found = held.campaign(by, campaign_id)
    _in_order(starts_on, ends_on)
    outside = (
        Milestone.objects.unscoped(FOUND)
        .filter(phase__campaign=found)
        .exclude(on__range=(starts_on, ends_on))
        .first()
    )
    if outside:
        raise OutsideCampaign(on=outside.on, starts_on=starts_on, ends_on=ends_on)
    found.title, found.starts_on, found.ends_on = _titled(title), starts_on, ends_on
    _save(found, TitleTaken(title=found.title))
    record(
        by=by, verb="campaigns.change", subject=found, area_code=found.area_id, facts={"title": found.title}
    )
    return found


@transaction.atomic
def add_phase(
    *,
    by: Actor,
    campaign_id: UUID,
    title: str,
    dose: int,
    from_on: date,
    age_from: int = 0,
    age_until: int | None = None,
    category: str = "",
    present_only: bool = False,
) -> Phase:
    """One dose for one group. Raises NotFound, BadInput, TitleTaken, OutsideCampaign, UnknownCategory."""
    campaign = held.campaign(by, campaign_id)
    phase = Phase(campaign=campaign)
    _describe(phase, title, dose, from_on, age_from, age_until, category, present_only)
    _save(phase, TitleTaken(title=phase.title))
    facts = {"title": phase.title, "dose": dose}
    record(by=by, verb="campaigns.add_phase", subject=phase, area_code=campaign.area_id, facts=facts)
    return phase


@transaction.atomic
def change_phase(*, by: Actor, phase_id: UUID, **said: Any) -> Phase:
    """The same, changed, while nothing of it was issued; targets shared out before are shared out again when asked for. Raises
    AlreadyIssued besides."""
    phase = held.phase(by, phase_id)
    held.none_issued(phase)
    _describe(phase, **said)
    _save(phase, TitleTaken(title=phase.title))
    _forget_shares(phase)
    record(
        by=by,
        verb="campaigns.change_phase",
        subject=phase,
        area_code=phase.campaign.area_id,
        facts={"title": phase.title},
    )
    return phase


@transaction.atomic
def remove_phase(*, by: Actor, phase_id: UUID) -> None:
    """Take a phase out with its milestones, while nothing of it was issued. Raises NotFound, AlreadyIssued."""
    phase = held.phase(by, phase_id)
    held.none_issued(phase)
    record(
        by=by,
        verb="campaigns.remove_phase",
        subject=phase,
        area_code=phase.campaign.area_id,
        facts={"title": phase.title},
    )
    phase.delete()


@transaction.atomic
def state_key(*, by: Actor, phase_id: UUID, figures: Mapping[str, int] | None) -> Phase:
    """Share a phase by these figures per area instead of the ledger's people; None goes back to the ledger. Raises NotFound,
    AlreadyIssued, KeyUnreadable for an area that is not of the campaign."""
    phase = held.phase(by, phase_id)
    held.none_issued(phase)
    KeyFigure.objects.unscoped(FOUND).filter(phase=phase).delete()
    if figures is not None:
        known = {row.code for row in areas.open_under(by, phase.campaign.area_id, LEVELS, CHANGE)} | {
            phase.campaign.area_id
        }
        for line, (code, number) in enumerate(figures.items(), start=1):
            if code not in known:
                raise KeyUnreadable(line=line, what=code)
            KeyFigure.objects.create(phase=phase, area_id=code, people=number)
    phase.key = "ledger" if figures is None else "stated"
    phase.save(update_fields=["key"])
    _forget_shares(phase)
    record(
        by=by,
        verb="campaigns.state_key",
        subject=phase,
        area_code=phase.campaign.area_id,
        facts={"key": phase.key, "areas": len(figures or {})},
    )
    return phase


@transaction.atomic
def set_milestone(*, by: Actor, phase_id: UUID, on: date, share: Decimal) -> Milestone:
    """The share of the group to be reached by a day. Raises NotFound, BadInput, OutsideCampaign, DayTaken."""
    phase = held.phase(by, phase_id)
    _within(phase.campaign, on)
    if not Decimal(0) < share <= Decimal(2):
        raise BadInput(what=_("A share lies between 0 and 200 %."))
    made = Milestone(phase=phase, on=on, share=share)
    _save(made, DayTaken(on=on))
    facts = {"on": on.isoformat(), "share": str(share)}
    record(by=by, verb="campaigns.set_milestone", subject=made, area_code=phase.campaign.area_id, facts=facts)
    return made


@transaction.atomic
def remove_milestone(*, by: Actor, milestone_id: UUID) -> UUID:
    """Returns the campaign's id. Raises NotFound, AlreadyIssued."""
    found = held.milestone(by, milestone_id)
    held.must_not_be_issued(found)
    facts = {"on": found.on.isoformat()}
    record(
        by=by,
        verb="campaigns.remove_milestone",
        subject=found,
        area_code=found.phase.campaign.area_id,
        facts=facts,
    )
    found.delete()
    return found.phase.campaign_id


@transaction.atomic
def decompose(*, by: Actor, milestone_id: UUID, on: date | None = None) -> int:
    """Share a milestone's target over the areas and lines by the people of a day (today); figures set by hand stay. Returns the
    whole target. Raises NotFound, AlreadyIssued, NobodyInGroup, DoesNotFit."""
    found = held.milestone(by, milestone_id)
    held.must_not_be_issued(found)
    found.counted_on = on or clock.today()
    people = sharing.counted(found.phase, found.counted_on)
    total = _share_out(found, people, sharing.hands_of(found), sharing.lines_of(found))
    facts = {"target": total, "on": found.on.isoformat()}
    record(
        by=by, verb="campaigns.decompose", subject=found, area_code=found.phase.campaign.area_id, facts=facts
    )
    return total


@transaction.atomic
def set_by_hand(
    *, by: Actor, milestone_id: UUID, area_code: str, target: int | None, reason: str = ""
) -> None:
    """Set an area's figure by hand, or take it back with None: the areas beside it share the rest. Needs campaigns.change over
    the level
    above, whose sum stays. Raises NotFound, NotAllowed, NotShared, ReasonMissing, DoesNotFit."""
    found = held.milestone(by, milestone_id, "campaigns.view")
    held.must_be_counted(found)
    row = Target.objects.visible_to(by).filter(milestone=found, area_id=area_code).first()
    if row is None:
        raise NotFound()
    root = found.phase.campaign.area_id
    by.require(CHANGE, root if area_code == root else areas.path(area_code)[-2].code)
    hands = sharing.hands_of(found)
    hands.pop(area_code, None)
    if target is not None:
        hands[area_code] = Hand(target, _because(reason))
    said = {
        row.area_id: (row.set_by, row.set_at)
        for row in Target.objects.unscoped(FOUND).filter(milestone=found)
    }
    said[area_code] = (by.name, clock.now())
    _share_out(found, sharing.counted_before(found), hands, sharing.lines_of(found), said)
    facts = {"target": target, "on": found.on.isoformat(), "reason": reason.strip()}
    record(by=by, verb="campaigns.set_by_hand", subject=found, area_code=area_code, facts=facts)


@transaction.atomic
def set_line_by_hand(
    *, by: Actor, milestone_id: UUID, line: str, target: int | None, reason: str = ""
) -> None:
    """The same for a line's whole target; the other lines share the rest. Raises NotFound, NotShared, ReasonMissing, DoesNotFit."""
    found = held.milestone(by, milestone_id)
    held.must_be_counted(found)
    if not LineTarget.objects.unscoped(FOUND).filter(milestone=found, line=line).exists():
        raise NotFound()
    LineByHand.objects.unscoped(FOUND).filter(milestone=found, line=line).delete()
    if target is not None:
        LineByHand.objects.create(
            milestone=found,
            line=line,
            target=target,
            reason=_because(reason),
            set_by=by.name,
            set_at=clock.now(),
        )
    _share_out(found, sharing.counted_before(found), sharing.hands_of(found), sharing.lines_of(found))
    facts = {"line": line, "target": target, "reason": reason.strip()}
    record(
        by=by,
        verb="campaigns.set_line_by_hand",
        subject=found,
        area_code=found.phase.campaign.area_id,
        facts=facts,
    )


@transaction.atomic
def issue(*, by: Actor, milestone_id: UUID) -> Milestone:
    """Tell the targets to those who have to reach them; from now on they change by hand and with a reason only. Raises NotFound,
    NotShared, AlreadyIssued."""
    found = held.milestone(by, milestone_id)
    held.must_not_be_issued(found)
    held.must_be_counted(found)
    found.issued_at, found.issued_by = clock.now(), by.name
    found.save(update_fields=["issued_at", "issued_by"])
    facts = {"on": found.on.isoformat()}
    record(by=by, verb="campaigns.issue", subject=found, area_code=found.phase.campaign.area_id, facts=facts)
    return found


def _share_out(
    milestone: Milestone,
    people: dict[tuple[str, str], int],
    hands: dict[str, Hand],
    lines: dict[str, int],
    said: Mapping[str, tuple[str, Any]] | None = None,
) -> int:
    """Write what was worked out in place of what stood there."""
    made = sharing.worked_out(milestone, people, hands, lines)
    rows = Target.objects.unscoped(FOUND).filter(milestone=milestone)
    who = said or {row.area_id: (row.set_by, row.set_at) for row in rows}
    rows.delete()
    LineTarget.objects.unscoped(FOUND).filter(milestone=milestone).delete()
    Target.objects.bulk_create(
        Target(
            milestone=milestone, area_id=code, people=node.people, target=node.target, itself=node.itself, by_people=node.by_people,
            by_hand=node.hand.target if node.hand else None, reason=node.hand.reason if node.hand else "",
            set_by=who[code][0] if node.hand else "", set_at=who[code][1] if node.hand else None,
        )
        for code, node in made.nodes.items()
    )  # fmt: skip
    LineTarget.objects.bulk_create(
        LineTarget(
            milestone=milestone,
            area_id=area,
            line=line,
            people=made.people.get((area, line), 0),
            target=target,
        )
        for (area, line), target in made.cells.items()
    )
    milestone.save(update_fields=["counted_on"])
    return made.total


def _describe(
    phase: Phase,
    title: str,
    dose: int,
    from_on: date,
    age_from: int,
    age_until: int | None,
    category: str,
    present_only: bool,
) -> None:
    _within(phase.campaign, from_on)
    if category and category not in categories():
        raise UnknownCategory(category=category)
    if age_until is not None and age_until < age_from:
        raise BadInput(what=_("The upper age must not be below the lower one."))
    phase.title, phase.dose, phase.from_on = _titled(title), dose, from_on
    phase.age_from, phase.age_until, phase.category, phase.present_only = (
        age_from,
        age_until,
        category,
        present_only,
    )


def _titled(title: str) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= 80:
        raise BadInput(what=_("A title has 1 to 80 characters."))
    return title


def _because(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing()
    return reason.strip()[:200]


def _in_order(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise BadInput(what=_("A campaign cannot end before it begins."))


def _within(campaign: Campaign, on: date) -> None:
    if not campaign.starts_on <= on <= campaign.ends_on:
        raise OutsideCampaign(on=on, starts_on=campaign.starts_on, ends_on=campaign.ends_on)


def _forget_shares(phase: Phase) -> None:
    """What was shared out by another group or key no longer holds."""
    for rows in (Target.objects, LineTarget.objects, LineByHand.objects):
        rows.unscoped(FOUND).filter(milestone__phase=phase).delete()
    Milestone.objects.unscoped(FOUND).filter(phase=phase).update(counted_on=None)


def _save(row: Campaign | Phase | Milestone, taken: Exception) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:
        if "unique" not in str(clash) and "one_milestone" not in str(clash):
            raise
        raise taken from clash
