"""The county's campaign as its task force planned it: phases, milestones, targets shared out and issued, one set by hand."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from yingjie.campaigns import actions, queries
from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor

DAYS = 75
# Title, dose, ages from and until, first day of the phase, (day of the milestone, share) …; days count from the campaign's first.
_PHASES = (
    ("18–59岁第1剂", 1, 18, 59, 0, ((30, "0.70"), (60, "0.90"))),
    ("60岁及以上第1剂", 1, 60, None, 14, ((60, "0.80"),)),
    ("18岁及以上第2剂", 2, 18, None, 21, ((75, "0.85"),)),
)


def leave(*, told: Campaign) -> None:
    """Planned and issued in the morning of the campaign's first day, by the people in the ledger then."""
    by = accounts.actor(told, "county")
    began = told.began_on
    with clock.at(datetime.combine(began, time(8), ZONE)):
        made = actions.plan(
            by=by,
            title="夏季集中接种攻坚行动",
            area_code=told.county.code,
            starts_on=began,
            ends_on=began + timedelta(DAYS),
        )
        for title, dose, age_from, age_until, begins, milestones in _PHASES:
            phase = actions.add_phase(
                by=by, campaign_id=made.pk, title=title, dose=dose, from_on=began + timedelta(begins), age_from=age_from,
                age_until=age_until,
            )  # fmt: skip
            for day, share in milestones:
                step = actions.set_milestone(
                    by=by, phase_id=phase.pk, on=began + timedelta(day), share=Decimal(share)
                )
                actions.decompose(by=by, milestone_id=step.pk)
                if dose == 1:
                    _one_by_hand(by, step.pk)
                    actions.issue(by=by, milestone_id=step.pk)


def _one_by_hand(by: Actor, milestone_id: UUID) -> None:
    """The first township gives the next one a few: many of its people work there."""
    board = queries.board(by, milestone_id)
    if len(board.below) > 1:
        first = board.below[0]
        actions.set_by_hand(
            by=by, milestone_id=milestone_id, area_code=first.key, target=first.target - first.target // 20,
            reason="部分居民在外乡镇企业上班，由单位所在地组织",
        )  # fmt: skip
