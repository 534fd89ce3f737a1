"""A form sent twice makes one thing; what somebody else computed or moved anew is looked at before it is applied."""

from datetime import timedelta

import pytest

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, LEAD, TOMORROW, TOWN
from yingjie.bookings.models import Booking, Session
from yingjie.foundation import clock
from yingjie.plans import (
    actions,
    board_actions,
    board_queries,
    outlook_actions,
    proposal_actions,
    refusals,
    supply_actions,
)
from yingjie.plans.actions import Changes
from yingjie.plans.board import stamp
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.models import Proposal, SupplyPlan

UNTIL = TOMORROW + timedelta(days=3)


def test_a_form_sent_twice_makes_one_thing(session: Session) -> None:
    campaign.person()
    asked = {"by": COUNTY, "area_code": campaign.TOWN, "first_on": TOMORROW}

    def each() -> set[object]:
        day = actions.draw_up(by=LEAD, site_id=session.site_id, on=TOMORROW)
        changes = Changes(servers={"vaccination": {9: 4}})
        return {
            day.pk,
            actions.vary(by=LEAD, scenario_id=day.pk, title="四台", changes=changes).pk,
            proposal_actions.propose(**asked, last_on=UNTIL).pk,
            board_actions.draw_up(**asked, days=3).pk,
            supply_actions.ask(by=COUNTY, area_code="110117").pk,
            outlook_actions.start(by=COUNTY, area_code="110117", title="", asked=Asked()).pk,
        }

    once = each()
    assert len(once) == 6 and each() == once
    with clock.at(campaign.NOON + timedelta(seconds=11)):
        assert not each() & once


def test_what_was_computed_anew_is_looked_at_before_it_is_applied(session: Session) -> None:
    campaign.person()
    say = {"by": TOWN, "area_code": campaign.TOWN, "first_on": TOMORROW, "last_on": UNTIL}
    row = proposal_actions.propose(**say, later=False)
    proposal_actions.compute(by=TOWN, proposal_id=row.pk)
    proposal_actions.compute_again(by=TOWN, proposal_id=row.pk)
    proposal_actions.compute(by=TOWN, proposal_id=row.pk)
    looked_at = str(Proposal.objects.unscoped(campaign.ALL).get(pk=row.pk).job_id)
    with pytest.raises(refusals.NotReady):
        proposal_actions.apply(by=TOWN, proposal_id=row.pk, seen=str(session.pk))
    assert not Booking.objects.unscoped(campaign.ALL).exists()
    booked = proposal_actions.apply(by=TOWN, proposal_id=row.pk, seen=looked_at)
    assert booked == {"booked": 1, "kept": 0, "given_up": 0}
    assert proposal_actions.apply(by=TOWN, proposal_id=row.pk, seen=looked_at) == booked, "a double click"
    with pytest.raises(refusals.NotReady):
        proposal_actions.apply(by=COUNTY, proposal_id=row.pk, seen=looked_at)
    with clock.at(campaign.NOON + timedelta(seconds=11)), pytest.raises(refusals.NotReady):
        proposal_actions.apply(by=TOWN, proposal_id=row.pk, seen=looked_at)


def test_moves_of_a_supply_plan_computed_anew_are_not_sent_unseen(session: Session) -> None:
    plan = supply_actions.ask(by=COUNTY, area_code="110117", later=False)
    for number, seen in ((1, ""), (1, str(session.pk))):
        with pytest.raises(refusals.NotReady):
            supply_actions.send(by=COUNTY, plan_id=plan.pk, number=number, seen=seen)
    assert SupplyPlan.objects.unscoped(campaign.ALL).get(pk=plan.pk).sent == {}


def test_as_many_moves_of_somebody_else_are_not_the_same(session: Session) -> None:
    campaign.person()
    board = board_actions.draw_up(by=COUNTY, area_code=campaign.TOWN, first_on=TOMORROW, days=3)
    move = {"kind": "seats", "session": str(session.pk), "seats": 4}
    board_actions.change(by=COUNTY, board_id=board.pk, at=0, move=move)
    seen = stamp(board_queries.board(COUNTY, board.pk).moves)
    board_actions.step(by=COUNTY, board_id=board.pk, at=1, back=True)
    board_actions.change(by=COUNTY, board_id=board.pk, at=0, move=move | {"seats": 2})
    for act in (
        lambda: board_actions.apply(by=COUNTY, board_id=board.pk, at=1, seen=seen),
        lambda: board_actions.step(by=COUNTY, board_id=board.pk, at=1, back=True, seen=seen),
        lambda: board_actions.change(by=COUNTY, board_id=board.pk, at=1, move=move, seen=seen),
    ):
        with pytest.raises(refusals.BoardChanged):
            act()
    now = stamp(board_queries.board(COUNTY, board.pk).moves)
    assert board_actions.apply(by=COUNTY, board_id=board.pk, at=1, seen=now)["sessions"] == 1
