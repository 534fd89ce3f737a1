"""Who answers for whom in the demo's township, and two days of rounds.

The county, the township and every village have a leader; the demo's own village and its neighbours have as many officers as their
people ask for, one of them under the account of the grid. Elsewhere there are too few, so that a proposal says how many more would
do. Everything goes through the product's own actions; nothing depends on ids.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.demo.names import NameMaker
from yingjie.demo.population import Village
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import appointing, calls, contacts, doorstep_actions, duties, duty_actions
from yingjie.outreach.calls import Call

#: Villages with officers, the demo's own among them; people an officer.
VILLAGES, EACH = 5, 6
#: What came of the doors of yesterday evening, one after the other: outcome, reason, and more.
# Outcome, reason, what else the action is told.
_HEARD: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("not_met", "", {}),
    ("agreed", "", {}),
    ("medical", "chronic_illness", {}),
    ("refused", "refuses", {"stop": True}),
    ("thinking", "afraid", {"evening": True}),
)


def leave(*, by: Actor, told: Campaign, now: datetime) -> None:
    """Write all of it; people, doses, visits and accounts stand in the database already."""
    yesterday = now.astimezone(ZONE).date() - timedelta(days=1)
    with clock.at(datetime.combine(yesterday, time(8), ZONE)):
        _appoint(by, told)
        town = accounts.nodes(told)["town"]
        duty_actions.settle(by=by, area_code=town)
    _rounds(told, datetime.combine(yesterday, time(17, 30), ZONE))
    _contacts(told, now)
    with clock.at(now):
        duty_actions.settle(by=by, area_code=town)


def _appoint(by: Actor, told: Campaign) -> None:
    nodes = accounts.nodes(told)
    own, town = nodes["village"], nodes["town"]
    for account, code, post in (
        ("county", nodes["county"], "县级包保领导"), ("town", town, "包片领导"), ("village", own, "村党支部书记"),
    ):  # fmt: skip
        appointing.appoint(
            by=by, area_code=code, name=accounts.name_of(account), account=account, kind="leader", post=post
        )
    villages = [village for village in told.county.villages if village.town_code == town]
    villages.sort(key=lambda village: (village.code != own, village.code))
    rng = Random(f"{told.county.seed}:{town}:officers")
    for nth, village in enumerate(villages):
        names = NameMaker(rng, village.said, rural=village.rural)
        if village.code != own:
            name = names.surname() + names.given(1972, "male")
            appointing.appoint(by=by, area_code=village.code, name=name, kind="leader", post="村党支部书记")
        if nth < VILLAGES:
            _officers(by, told, village, names)


def _officers(by: Actor, told: Campaign, village: Village, names: NameMaker) -> None:
    """One for every six people, grid by grid; the first of the demo's own grid is its account."""
    grids = [grid.code for grid in village.grids]
    mine = accounts.nodes(told)["grid"]
    if mine in grids:
        appointing.appoint(
            by=by, area_code=mine, name=accounts.name_of("grid"), account="grid", post="网格员"
        )
    wanted = -(-len(duties.open_people(village.code)) // EACH)
    for nth in range(wanted - (mine in grids)):
        name = names.surname() + names.given(1970 + nth % 28, ("female", "male")[nth % 2])
        appointing.appoint(by=by, area_code=grids[nth % len(grids)], name=name, post="包保干部")


def _rounds(told: Campaign, at: datetime) -> None:
    """Yesterday evening at the doors of the grid's account; somebody bedridden asks for a vaccination at home."""
    worker = accounts.actor(told, "grid")
    with clock.at(at):
        due = _due(worker)
    for nth, (call, (outcome, reason, more)) in enumerate(zip(due, _HEARD, strict=False)):
        with clock.at(at + timedelta(minutes=20 * nth)):
            doorstep_actions.visit(
                by=worker, person_id=call.person_id, outcome=outcome, reason=reason, **more
            )
    for call in due[len(_HEARD) : len(_HEARD) + 1]:
        with clock.at(at + timedelta(hours=2)):
            doorstep_actions.ask_home(
                by=worker, person_id=call.person_id, because="bedridden", note="三楼，无电梯"
            )


def _due(worker: Actor) -> list[Call]:
    (own,) = duties.own(worker)
    found = calls.round_of(worker, own.id)
    due = [call for door in (*found.doors, *found.evening) for call in door.calls]
    return sorted(due, key=lambda call: (call.area_code, call.address, call.age, call.name))


def _contacts(told: Campaign, now: datetime) -> None:
    """Every village is asked for its contact by this evening; the demo's own has reported."""
    lead, officer = accounts.actor(told, "town"), accounts.actor(told, "village")
    with clock.at(now - timedelta(hours=20)):
        made = contacts.ask(
            by=lead,
            area_code=accounts.nodes(told)["town"],
            title="上报负责人和联络员",
            due_at=now + timedelta(hours=4),
        )
    with clock.at(now - timedelta(hours=2)):
        for row in contacts.call(officer, made.pk)[1]:
            contacts.report(
                by=officer, contact_id=row.id, leader=accounts.name_of("village"), leader_phone="19900000001",
                contact=accounts.name_of("grid"), contact_phone="19900000002",
            )  # fmt: skip
