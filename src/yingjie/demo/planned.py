"""What the demo county's task force has planned, so that every page of planning has something to see: tomorrow at the large site
with a variant, who of a village goes where, a board, doses over the sites, later doses, the campaign under scenarios, an exercise
that is over. Computed by the product's own actions, at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import Refusal
from yingjie.plans import (
    actions,
    board_actions,
    day_editing,
    exercise_actions,
    later_doses,
    outlook_actions,
    proposal_actions,
    supply_actions,
)
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.day_editing import Changes
from yingjie.sites import queries as sites

#: The exercise, on the afternoon of the day before: (minute, role, inject, option, what was said). The last one comes late.
_DECISIONS = (
    (6, "store", "notice", "count", "已通知各点19时前报在库数"),
    (38, "command", "whom", "share", "按比例分，第2针优先"),
    (66, "sites", "queue", "numbers", "门口广播并现场登记改约"),
    (118, "villages", "words", "each", "各村网格员今晚逐户电话通知"),
)


def leave(*, told: Campaign, now: datetime, site_ids: Mapping[str, UUID]) -> None:
    """Write all of it; people, doses, sessions and stock stand in the database already."""
    county, town = accounts.actor(told, "county"), accounts.actor(told, "town")
    nodes = accounts.nodes(told)
    tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
    village = next(each.said for each in told.county.villages if each.code == nodes["village"])
    large = site_ids[told.sites[0].code]
    _exercise(county, told)
    with clock.at(now):
        _day(county, large, now)
        days = {"first_on": tomorrow, "last_on": tomorrow + timedelta(days=4)}
        made = proposal_actions.propose(
            by=town, area_code=nodes["village"], title=f"{village}五日分派", **days, later=False
        )
        try:
            proposal_actions.compute(by=town, proposal_id=made.pk)
        except Refusal:  # nobody of a tiny village is due: nothing to be proposed
            proposal_actions.drop(by=town, proposal_id=made.pk)
        board_actions.draw_up(
            by=county, area_code=nodes["village"], first_on=tomorrow, days=5, title=f"{village}五日排布"
        )
        supply = supply_actions.ask(by=county, area_code=told.county.code, later=False)
        supply_actions.compute(by=county, plan_id=supply.pk)
        supply_actions.publish(by=county, plan_id=supply.pk)
        later_doses.reckon(by=county, county=told.county.code)
        people = sum(village.people for village in told.county.villages)
        asked = Asked(target_percent=80, doses_a_week=max(20, people // 25))
        run = outlook_actions.start(
            by=county,
            area_code=told.county.code,
            title=f"{told.county.name}全程推演",
            asked=asked,
            later=False,
        )
        outlook_actions.simulate(by=county, run_id=run.pk)


def _day(by: Actor, site_id: UUID, now: datetime) -> None:
    """Tomorrow as the ledger has it, and with one more vaccinator."""
    site = sites.site(by, site_id)
    made = actions.write_up(by=by, site=site, on=now.astimezone(ZONE).date() + timedelta(days=1))
    actions.simulate(by=by, scenario_id=made.pk)
    grid = day_editing.grid(made.document)
    staff = {name: dict(zip(grid.hours, numbers, strict=True)) for name, _title, numbers in grid.rows}
    more = {hour: people + 1 for hour, people in staff["vaccination"].items()}
    other = actions.write_variant(
        by=by, scenario_id=made.pk, title="增加一名接种人员", changes=Changes(servers={"vaccination": more})
    )
    actions.simulate(by=by, scenario_id=other.pk)


def _exercise(by: Actor, told: Campaign) -> None:
    began = datetime.combine(told.county.today - timedelta(days=1), time(14), ZONE)
    with clock.at(began):
        made = exercise_actions.prepare(by=by, area_code=told.county.code, script="vaccine_late")
        exercise_actions.clock_step(by=by, exercise_id=made.pk, step="start")
    for minute, role, inject, option, words in _DECISIONS:
        with clock.at(began + timedelta(minutes=minute)):
            exercise_actions.decide(
                by=by, exercise_id=made.pk, role=role, inject=inject, option=option, words=words
            )
    with clock.at(began + timedelta(minutes=150)):
        exercise_actions.clock_step(by=by, exercise_id=made.pk, step="end", later=False)
        exercise_actions.effects(by=by, exercise_id=made.pk)
