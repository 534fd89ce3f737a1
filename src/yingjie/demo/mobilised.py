"""What the drive leaves behind besides visits: who goes first, deferred people looked after, a complaint, an office that helps a
village, a vaccination at home with its session. Everything goes through the product's own actions; people are chosen by birthday,
address and name, so that both roads into the database choose the same.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from yingjie.areas import unit_actions
from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import (
    appointing,
    complaint_actions,
    doorstep_actions,
    duties,
    home_requests,
    teams,
    watch_actions,
    watches,
)
from yingjie.people import actions as people
from yingjie.people.models import Person

#: One of so many grown-ups of the demo's own village belongs to the group.
_GROUPS = (("party_member", 12), ("official", 47))


def name_groups(told: Campaign) -> None:
    """Who goes first, named on the first day of the campaign: before its first bulletin, which counts them."""
    with clock.at(datetime.combine(told.began_on, time(10), ZONE)):
        _groups(accounts.actor(told, "village"), accounts.nodes(told)["village"])


def leave(*, told: Campaign, now: datetime) -> None:
    """Write the rest; officers, visits and accounts stand in the database already."""
    yesterday = now.astimezone(ZONE).date() - timedelta(days=1)
    lead, village = accounts.actor(told, "town"), accounts.actor(told, "village")
    own, town = accounts.nodes(told)["village"], accounts.nodes(told)["town"]
    with clock.at(datetime.combine(yesterday, time(20, 30), ZONE)):
        _complaint(lead, own)
        _team(lead, town, own)
        watch_actions.settle(by=lead, area_code=town)
    with clock.at(now):
        _checks(village, own)
        _at_home(lead, own)


def _groups(by: Actor, own: str) -> None:
    for nth, person_id in enumerate(_grown_ups(own)):
        for code, one_of in _GROUPS:
            if nth % one_of == one_of - 1:
                people.add_category(by=by, person_id=person_id, code=code, source="党组织、组织部门名册")


def _complaint(by: Actor, own: str) -> None:
    who = _grown_ups(own)[-1]
    complaint_actions.take(
        by=by, person_id=who, about="wrong_time", how="telephone", text="晚上九点以后还来敲门，希望白天先打电话。",
    )  # fmt: skip


def _team(by: Actor, town: str, own: str) -> None:
    office = unit_actions.open_unit(by=by, area_code=town, name="县农业农村局（帮扶）", kind="other")
    team = appointing.appoint(
        by=by, area_code=own, name="马建国", kind="team", post="驻村帮扶组组长", unit_id=office.pk
    )
    rows, _villages = teams.offices(by, own)
    free = sum(each.nobodys for row in rows for each in row.teams)
    if free:
        teams.take_on(by=by, officer_id=team.pk, people=min(3, free))


def _checks(by: Actor, own: str) -> None:
    """Of the deferred of the village the first is stable, the second unchanged."""
    rows = watches.rows(by, watches.Narrowed(area_code=own), "next_on")
    rows.sort(key=lambda row: (row.area_code, row.address, row.age, row.name))
    for row, result in zip(rows, ("stable", "unchanged"), strict=False):
        watch_actions.check(by=by, watch_id=row.id, result=result, note="血压 138/86，近一周平稳")


def _at_home(by: Actor, own: str) -> None:
    """The eldest of the village who has not had the dose asks for a vaccination at home, and is visited from a session of the
    township where there is one."""
    eldest = _grown_ups(own)[:60]
    still = duties.open_among(eldest)
    waits = {row.person_id for row in home_requests.rows(by)}
    for person_id in [key for key in eldest if key in still and key not in waits][:1]:
        doorstep_actions.ask_home(
            by=by, person_id=person_id, because="housebound", note="腿脚不便，家中有人陪同"
        )
    for row in home_requests.rows(by)[:1]:
        near = home_requests.sessions_near(row.area_code)
        if near:
            doorstep_actions.go_on_with_home(by=by, request_id=row.id, step="arrange", session_id=near[-1].id)


def _grown_ups(own: str) -> list[UUID]:
    """Of the village, by birthday, address and name."""
    rows = Person.objects.unscoped("the demo county is all there is").filter(
        area__code__startswith=own,
        birth_on__lte=clock.today() - timedelta(days=18 * 366),
        left_on__isnull=True,
    )
    return list(rows.order_by("birth_on", "address", "name").values_list("pk", flat=True))
