"""What an action of campaigns holds: rows found for the actor under `campaigns.change`, the campaign locked, and what must be
true of them."""

from uuid import UUID

from yingjie.campaigns.models import Campaign, Milestone, Phase, Target
from yingjie.campaigns.refusals import AlreadyIssued, NotShared
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound

CHANGE = "campaigns.change"
FOUND = "found under campaigns.change"


def campaign(by: Actor, campaign_id: UUID) -> Campaign:
    if not Campaign.objects.visible_to(by, CHANGE).filter(pk=campaign_id).exists():
        raise NotFound()
    return lock(Campaign.objects.unscoped(FOUND), pk=campaign_id)[0]


def phase(by: Actor, phase_id: UUID) -> Phase:
    """The phase, its campaign locked."""
    found = Phase.objects.visible_to(by, CHANGE).filter(pk=phase_id).first()
    if found is None:
        raise NotFound()
    found.campaign = campaign(by, found.campaign_id)
    return found


def milestone(by: Actor, milestone_id: UUID, permission: str = CHANGE) -> Milestone:
    """The milestone, its campaign locked: whatever is shared out is shared out by one person at a time. With another
    permission than
    that to change the campaign, whoever sees some of its targets finds it."""
    rows = Milestone.objects.visible_to(by, permission)
    if permission != CHANGE:
        mine = Target.objects.visible_to(by, permission).filter(milestone_id=milestone_id)
        rows = Milestone.objects.unscoped("found by the actor's own targets").filter(
            pk__in=mine.values("milestone_id")
        )
    found = rows.select_related("phase__campaign__area").filter(pk=milestone_id).first()
    if found is None:
        raise NotFound()
    lock(Campaign.objects.unscoped(FOUND), pk=found.phase.campaign_id)
    return found


def must_be_counted(milestone: Milestone) -> None:
    if milestone.counted_on is None:
        raise NotShared()


def must_not_be_issued(milestone: Milestone) -> None:
    if milestone.issued_at:
        raise AlreadyIssued()


def none_issued(phase: Phase) -> None:
    if Milestone.objects.unscoped(FOUND).filter(phase=phase, issued_at__isnull=False).exists():
        raise AlreadyIssued()
