"""A team, a week's roster from the solver, changes by hand, swaps, attendance; and no duty without a certificate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.modules import campaign
from tests.modules.campaign import TODAY, TOWN, maker

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.sites import (
    attendance_queries,
    layout_actions,
    roster_actions,
    roster_queries,
    swap_actions,
    team_actions,
)
from yingjie.sites.models import Duty, Presence
from yingjie.staff import actions as staff
from yingjie.staff.models import Certificate

LEAD = campaign.actor("site_lead")
NURSES = campaign.actor("vaccinator").held
MONDAY = date(2021, 5, 24)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture(autouse=True)
def noon(db):
    campaign.places()
    with clock.at(campaign.NOON):
        yield


@pytest.fixture
def site():
    made = campaign.site(kind="mobile")
    layout_actions.lay_out(by=LEAD, site_id=made.pk)
    team_actions.set_shifts(by=LEAD, site_id=made.pk, pattern="daytime")
    needs = {(row.shift_id, row.role): [0] * 7 for row in roster_queries.needs(LEAD, made.pk)}
    shift = roster_queries.shifts(LEAD, made.pk)[0].id
    needs |= {(shift, "vaccinator"): [1] * 7, (shift, "registrar"): [1] * 7}
    team_actions.set_needs(by=LEAD, site_id=made.pk, given=needs)
    return made


def hired(site, name, *roles, until=date(2030, 1, 1)):
    member = staff.enrol(
        by=maker,
        area_code=TOWN,
        name=name,
        qualification="nurse",
        roles=roles,
        account=name,
        joined_on=date(2021, 1, 1),
    )
    if "vaccinator" in roles:
        staff.certify(
            by=maker,
            member_id=member.pk,
            kind="vaccination",
            number=name,
            valid_from=date(2021, 1, 1),
            valid_until=until,
        )
    team_actions.join(by=LEAD, site_id=site.pk, member_id=member.pk)
    return member


@pytest.fixture
def people(site):
    return [hired(site, name, "vaccinator", "registrar") for name in ("a", "b", "c", "d")]


def built(site, first=MONDAY, last=SUNDAY):
    return roster_actions.build(by=LEAD, site_id=site.pk, first_on=first, last_on=last)


def of(roster):
    return roster_queries.duties(LEAD, roster.pk)


def refused(code, verb, **arguments):
    before = Duty.objects.unscoped(campaign.ALL).count()
    with pytest.raises(Refusal) as caught:
        verb(**arguments)
    assert caught.value.code == code
    assert Duty.objects.unscoped(campaign.ALL).count() == before
    return caught.value


def test_the_solver_fills_every_shift_and_keeps_the_rules(site, people):
    roster = built(site)
    assert (roster.told["missing"], roster.told["is_best"], len(of(roster))) == (0, True, 14)
    assert roster_queries.on_duty(LEAD, site.pk, MONDAY, SUNDAY) == []
    roster_actions.publish(by=LEAD, roster_id=roster.pk)
    assert len(roster_queries.on_duty(LEAD, site.pk, MONDAY, SUNDAY)) == 14
    refused("sites.roster_changed", roster_actions.publish, by=LEAD, roster_id=roster.pk)


def test_whoever_has_no_certificate_that_day_is_not_rostered(site):
    hired(site, "a", "vaccinator", until=MONDAY)
    hired(site, "b", "registrar")
    roster = built(site)
    assert [duty.on for duty in of(roster) if duty.role == "vaccinator"] == [MONDAY]
    assert roster.told["missing"] > 0
    assert any("当天合格证无效 1 人" in words["zh"] for words in roster.told["words"])


def test_by_hand_the_verdict_is_at_once_and_only_rest_may_be_set_aside(site, people):
    roster = built(site, MONDAY, MONDAY)
    free = next(each for each in people if each.pk not in {duty.member_id for duty in of(roster)})
    hired_out = hired(site, "x", "registrar")
    put = {"by": LEAD, "roster_id": roster.pk, "on": MONDAY, "shift_code": "day"}
    wrong = refused("sites.duty_refused", roster_actions.put, **put, member_id=hired_out.pk, role="vaccinator",
                    insist_because="无人")  # fmt: skip
    assert not wrong.may_insist
    busy = of(roster)[0].member_id
    refused(
        "sites.duty_refused",
        roster_actions.put,
        **put,
        member_id=busy,
        role="registrar",
        insist_because="无人",
    )
    made = roster_actions.put(**put, member_id=free.pk, role="vaccinator")
    assert made.pinned
    stranger = staff.enrol(by=maker, area_code=TOWN, name="y", joined_on=date(2021, 1, 1))
    refused("sites.not_in_team", roster_actions.put, **put, member_id=stranger.pk, role="registrar")


def test_a_rest_rule_is_set_aside_with_a_reason(site, people):
    week = built(site)
    who = people[0]
    for duty in of(week):
        if duty.member_id == who.pk:
            roster_actions.take_off(by=LEAD, duty_id=duty.id)
    put = {"by": LEAD, "roster_id": week.pk, "member_id": who.pk, "shift_code": "day", "role": "vaccinator"}
    for step in range(4):
        roster_actions.put(**put, on=MONDAY + timedelta(days=step))
    too_much = refused("sites.duty_refused", roster_actions.put, **put, on=MONDAY + timedelta(days=4))
    assert too_much.may_insist
    assert "44" in too_much.as_dict()["zh"]["reason"]
    made = roster_actions.put(**put, on=MONDAY + timedelta(days=4), insist_because="大规模集中接种")
    assert made.in_spite_of == "大规模集中接种"


def test_pins_stand_and_the_rest_changes_little_when_built_again(site, people):
    first = built(site)
    kept = of(first)[0]
    roster_actions.pin(by=LEAD, duty_id=kept.id, pinned=True)
    ill = next(duty.member_id for duty in of(first) if duty.member_id != kept.member_id)
    team_actions.take_time(
        by=LEAD, site_id=site.pk, member_id=ill, kind="sick", from_on=MONDAY, until_on=SUNDAY
    )
    again = built(site)
    duties = of(again)
    assert ill not in {duty.member_id for duty in duties}
    assert (kept.on, kept.role, kept.member_id) in {(duty.on, duty.role, duty.member_id) for duty in duties}


def test_a_certificate_revoked_meanwhile_keeps_the_roster_from_being_published(site, people):
    roster = built(site)
    gone = next(duty for duty in of(roster) if duty.role == "vaccinator")
    held = Certificate.objects.unscoped(campaign.ALL).get(member_id=gone.member_id)
    staff.revoke(by=maker, certificate_id=held.pk, reason="停岗")
    refused("sites.duties_without_certificate", roster_actions.publish, by=LEAD, roster_id=roster.pk)
    assert roster_queries.roster(LEAD, roster.pk).state == "draft"


def test_a_swap_needs_the_colleague_and_whoever_keeps_the_roster(site, people):
    roster = roster_actions.publish(by=LEAD, roster_id=built(site, MONDAY, MONDAY).pk)
    duty = of(roster)[0]
    giver = Actor(next(each.name for each in people if each.pk == duty.member_id), NURSES)
    taker = next(each for each in people if each.pk not in {row.member_id for row in of(roster)})
    other = Actor(taker.name, NURSES)
    busy = next(row.member_id for row in of(roster) if row.member_id != duty.member_id)
    refused("sites.duty_refused", swap_actions.ask_swap, by=giver, duty_id=duty.id, to_member_id=busy)
    swap = swap_actions.ask_swap(by=giver, duty_id=duty.id, to_member_id=taker.pk, words="家里有事")
    refused("sites.swap_over", swap_actions.ask_swap, by=giver, duty_id=duty.id, to_member_id=taker.pk)
    refused("sites.not_yours", swap_actions.answer_swap, by=giver, swap_id=swap.pk, step="agree")
    refused("sites.swap_over", swap_actions.decide_swap, by=LEAD, swap_id=swap.pk, step="allow")
    swap_actions.answer_swap(by=other, swap_id=swap.pk, step="agree")
    assert [row.state for row in roster_queries.swaps(LEAD, site.pk)] == ["agreed"]
    swap_actions.decide_swap(by=LEAD, swap_id=swap.pk, step="allow")
    assert taker.pk in {row.member_id for row in of(roster)}
    with pytest.raises(NotFound):
        swap_actions.decide_swap(by=giver, swap_id=swap.pk, step="allow")


def test_attendance_tells_who_is_late_and_who_did_not_come(site, people):
    roster_actions.publish(by=LEAD, roster_id=built(site, TODAY, TODAY).pk)
    first, second = [duty.member_id for duty in roster_queries.on_duty(LEAD, site.pk, TODAY, TODAY)]
    states = {row.member_id: row.state for row in attendance_queries.presences(LEAD, site.pk, TODAY)}
    assert states == {first: "late", second: "late"}
    swap_actions.sign_in(by=LEAD, site_id=site.pk, member_id=first)
    row = next(row for row in attendance_queries.presences(LEAD, site.pk, TODAY) if row.member_id == first)
    assert (row.state, row.late_minutes) == ("here", 240)
    with pytest.raises(Refusal) as caught:
        swap_actions.sign_in(by=LEAD, site_id=site.pk, member_id=first)
    assert caught.value.code == "sites.already_here"
    swap_actions.sign_out(by=LEAD, site_id=site.pk, member_id=first)
    with pytest.raises(Refusal) as caught:
        swap_actions.sign_out(by=LEAD, site_id=site.pk, member_id=first)
    assert caught.value.code == "sites.not_here"
    with pytest.raises(Refusal) as caught:
        swap_actions.sign_in(by=campaign.actor("observer"), site_id=site.pk)
    assert caught.value.code == "sites.not_yours"
    assert Presence.objects.unscoped(campaign.ALL).count() == 1
    evening = datetime(2021, 5, 19, 12, tzinfo=campaign.NOON.tzinfo)
    with clock.at(evening):
        states = {row.member_id: row.state for row in attendance_queries.presences(LEAD, site.pk, TODAY)}
    assert states == {first: "left", second: "absent"}


def test_the_coverage_board_tells_every_hour(site, people):
    roster_actions.publish(by=LEAD, roster_id=built(site, TODAY, TODAY).pk)
    hours = attendance_queries.coverage(LEAD, site.pk, TODAY)
    assert [hour.there.get("vaccinator", 0) for hour in hours] == [0] * 8 + [1] * 9 + [0] * 7
    assert sum(hour.missing for hour in hours) == 0


def test_needs_follow_from_the_stations():
    site = campaign.site(code="S9", kind="temporary")
    layout_actions.lay_out(by=LEAD, site_id=site.pk)
    team_actions.set_shifts(by=LEAD, site_id=site.pk, pattern="around_the_clock")
    found = {(row.shift_code, row.role): row.people[0] for row in roster_queries.needs(LEAD, site.pk)}
    assert (found["day", "vaccinator"], found["evening", "vaccinator"], found["night", "vaccinator"]) == (
        8,
        4,
        2,
    )
    assert (found["night", "registrar"], found["night", "lead"], found["night", "emergency_doctor"]) == (
        2,
        1,
        1,
    )
    refused(
        "sites.days_out_of_order",
        roster_actions.build,
        by=LEAD,
        site_id=site.pk,
        first_on=SUNDAY,
        last_on=MONDAY,
    )


def test_whoever_comes_before_midnight_comes_for_the_night(site, people):
    team_actions.set_shifts(by=LEAD, site_id=site.pk, pattern="around_the_clock")
    needs = {(row.shift_id, row.role): [0] * 7 for row in roster_queries.needs(LEAD, site.pk)}
    night = next(row.id for row in roster_queries.shifts(LEAD, site.pk) if row.code == "night")
    team_actions.set_needs(by=LEAD, site_id=site.pk, given=needs | {(night, "vaccinator"): [1] * 7})
    tomorrow = TODAY + timedelta(days=1)
    roster_actions.publish(by=LEAD, roster_id=built(site, tomorrow, tomorrow).pk)
    (duty,) = roster_queries.on_duty(LEAD, site.pk, tomorrow, tomorrow)
    with clock.at(duty.begins_at - timedelta(minutes=10)):
        made = swap_actions.sign_in(by=LEAD, site_id=site.pk, member_id=duty.member_id)
    assert (made.on, made.begins_at) == (tomorrow, duty.begins_at)
    with clock.at(duty.begins_at + timedelta(hours=1)):
        (row,) = attendance_queries.presences(LEAD, site.pk, tomorrow)
    assert (row.state, row.late_minutes) == ("here", 0)
