"""One resident, one plan: made, carried out, closed; closed by itself once the dose is given."""

from datetime import timedelta
from typing import Any

import pytest

from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, NOON, SECOND
from yingjie.foundation import clock
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach import plan_actions, plans
from yingjie.outreach.models import CarePlan
from yingjie.outreach.plans import Narrowed
from yingjie.people.models import Person

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def person() -> Person:
    return county.resident("Ann")


def state(actor: Any, plan: CarePlan) -> tuple[str, str]:
    row = plans.plan(actor, plan.pk)
    return row.state, row.outcome


def test_a_plan_is_made_carried_out_and_closed(officer: Any, person: Person) -> None:
    made = plan_actions.open_plan(
        by=officer, person_id=person.pk, reason="chronic_illness", obstacles="腿脚不便", measures=("transport", "doctor_talk"),
        next_step="请医生上门", next_on=DAY,
    )  # fmt: skip
    assert (made.goal, made.owner, state(officer, made)) == (1, "the village_officer", ("open", ""))
    with pytest.raises(plan_actions.PlanOpen):
        plan_actions.open_plan(by=officer, person_id=person.pk)
    with clock.at(NOON + timedelta(hours=1)):
        plan_actions.change_plan(
            by=officer, plan_id=made.pk, note="医生已看", next_step="派车", next_on=DAY + timedelta(days=2)
        )
    assert state(officer, made) == ("in_progress", "")
    with clock.at(NOON + timedelta(hours=2)):
        plan_actions.close_plan(by=officer, plan_id=made.pk, outcome="deferred", note="下月再看")
    assert state(officer, made) == ("closed", "deferred")
    assert [(note.step, note.text) for note in plans.notes(officer, made.pk)] == [
        ("close", "下月再看"), ("step", "医生已看"), ("open", "腿脚不便"),
    ]  # fmt: skip
    with pytest.raises(plan_actions.PlanClosed):
        plan_actions.change_plan(by=officer, plan_id=made.pk, note="x")
    assert plan_actions.open_plan(by=officer, person_id=person.pk).pk != made.pk


def test_the_dose_closes_it_and_nothing_is_stored(officer: Any, person: Person) -> None:
    made = plan_actions.open_plan(by=officer, person_id=person.pk, next_step="再劝", next_on=DAY)
    with clock.at(NOON + timedelta(days=3)):
        assert plans.overdue(officer) == 1
        assert (
            plans.count(officer, Narrowed(state="overdue"))
            == plans.count(officer, Narrowed(state="live"))
            == 1
        )
        given = county.dose(person, 1, DAY + timedelta(days=2))
        assert state(officer, made) == ("closed", "vaccinated")
        assert (plans.overdue(officer), plans.count(officer, Narrowed(state="closed"))) == (0, 1)
        made.refresh_from_db()
        assert made.state == "open"
        given.voided_at, given.counts_as = clock.now(), None
        given.save()
        assert state(officer, made) == ("open", "")
        given.voided_at, given.counts_as = None, 1
        given.save()
        second = plan_actions.open_plan(by=officer, person_id=person.pk)
        assert second.goal == 2
        made.refresh_from_db()
        assert (made.state, made.outcome, made.closed_on) == ("closed", "vaccinated", DAY + timedelta(days=2))


def test_what_may_not_be_is_refused_and_nothing_changes(officer: Any, person: Person) -> None:
    far = county.resident("Far", FOREIGN)
    for code, error in ((far.pk, NotFound), (county.resident("Beside", SECOND).pk, NotFound)):
        with pytest.raises(error):
            plan_actions.open_plan(by=officer, person_id=code)
    with pytest.raises(plan_actions.PlanWordUnknown):
        plan_actions.open_plan(by=officer, person_id=person.pk, measures=("threats",))
    with pytest.raises(plan_actions.NextStepInThePast):
        plan_actions.open_plan(by=officer, person_id=person.pk, next_on=DAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        plan_actions.open_plan(by=actor_for(county.user("auditor")), person_id=person.pk)
    assert not CarePlan.objects.unscoped("test").exists()


def test_a_health_reason_is_told_to_whom_it_is_told_elsewhere(officer: Any, person: Person) -> None:
    made = plan_actions.open_plan(
        by=officer, person_id=person.pk, reason="chronic_illness", obstacles="心脏病"
    )
    auditor = actor_for(county.user("auditor"))
    row = plans.plan(auditor, made.pk)
    assert (row.reason, row.obstacles, [note.text for note in plans.notes(auditor, made.pk)]) == (
        "health",
        "",
        [""],
    )


def test_pages(person: Person) -> None:
    client = county.signed_in(county.user("village_officer", FIRST))
    sent = {
        "reason": "afraid",
        "measures": ["family_talk"],
        "next_step": "请女儿帮忙",
        "next_on": DAY,
        "owner": "王主任",
    }
    made = client.post(f"/outreach/people/{person.pk}/plan/", sent)
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "请女儿帮忙" in page and "担心不良反应" in page and "亲属劝说" in page
    assert "请女儿帮忙" in client.get(made["Location"] + "sheet/").content.decode()
    assert "Ann" in client.get("/outreach/plans/?state=live&measure=family_talk").content.decode()
    refused = client.post(f"/outreach/people/{person.pk}/plan/", sent)
    assert (refused.status_code, "outreach.plan_open" in refused.content.decode()) == (409, True)
    assert client.post(made["Location"] + "change/", sent | {"note": "谈过"}).status_code == 302
    assert client.post(made["Location"] + "close/", {"outcome": "declined"}).status_code == 302
    stranger = county.signed_in(county.user("village_officer", SECOND, "other"))
    for rest in ("", "sheet/", "change/", "close/"):
        assert stranger.get(made["Location"] + rest).status_code == 404
