"""Plans for many at once: one owner, step and day; every row with its own verdict; and the way back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.modules import campaign as world
from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, SECOND
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach import bulk_plans, plan_actions
from yingjie.outreach.models import CarePlan

pytestmark = pytest.mark.usefixtures("here")
COMMON = {"owner": "王主任", "next_step": "入户", "next_on": DAY + timedelta(days=1)}


def test_each_row_has_its_verdict_and_one_refusal_keeps_no_other(officer: Any) -> None:
    first, second, planned = (county.resident(name) for name in ("Ann", "Bea", "Cai"))
    foreign, neighbour, nobody = county.resident("Dan", FOREIGN), county.resident("Eve", SECOND), uuid4()
    plan_actions.open_plan(by=officer, person_id=planned.pk)
    ids = [first.pk, planned.pk, foreign.pk, nobody, neighbour.pk, second.pk, first.pk]
    verdicts = bulk_plans.open_plans(by=officer, person_ids=ids, **COMMON)
    assert [(row.name, row.plan_id is not None) for row in verdicts] == [
        ("Ann", True), ("Cai", False), ("", False), ("", False), ("", False), ("Bea", True),
    ]  # fmt: skip
    assert [row.refusal.code for row in verdicts if row.refusal] == [
        "outreach.plan_open",
        *[NotFound.code] * 3,
    ]
    made = CarePlan.objects.unscoped("test").filter(owner="王主任")
    assert sorted(made.values_list("person__name", "next_step", "next_on")) == [
        ("Ann", "入户", COMMON["next_on"]), ("Bea", "入户", COMMON["next_on"]),
    ]  # fmt: skip


def test_what_was_just_made_is_taken_back_unless_somebody_worked_on_it(officer: Any, lead: Any) -> None:
    people = [county.resident(name) for name in ("Ann", "Bea", "Cai")]
    made = [
        row.plan_id
        for row in bulk_plans.open_plans(by=officer, person_ids=[each.pk for each in people], **COMMON)
    ]
    plan_actions.change_plan(by=officer, plan_id=made[0], note="已打电话", next_on=None)  # type: ignore[arg-type]
    assert bulk_plans.take_back(by=lead, plan_ids=made) == 0, "they are somebody else's"  # type: ignore[arg-type]
    assert bulk_plans.take_back(by=officer, plan_ids=[*made, uuid4()]) == 2  # type: ignore[list-item]
    assert CarePlan.objects.unscoped("test").get().person_id == people[0].pk


def test_what_is_wrong_for_all_is_refused_for_all(officer: Any) -> None:
    ann = county.resident("Ann")
    for refused, more in (
        (plan_actions.NextStepInThePast, {"next_on": DAY - timedelta(days=1)}),
        (plan_actions.PlanWordUnknown, {"reason": "because"}),
        (plan_actions.PlanWordUnknown, {"measures": ["magic"]}),
        (bulk_plans.TooManyPlans, {"person_ids": [uuid4() for _ in range(501)]}),
    ):
        with pytest.raises(refused):
            bulk_plans.open_plans(**({"by": officer, "person_ids": [ann.pk]} | COMMON | more))
    with pytest.raises(NotAllowed):
        bulk_plans.open_plans(by=world.actor("auditor"), person_ids=[ann.pk], **COMMON)
    assert not CarePlan.objects.unscoped("test").exists()


def test_the_pages(officer: Any) -> None:
    client = county.signed_in(county.user("village_officer", FIRST, "clerk"))
    people = [county.resident(name) for name in ("Ann", "Bea")]
    assert "/outreach/plans/make/" in client.get("/outreach/unvaccinated/").content.decode()
    ticked = {"ids": [str(each.pk) for each in people], "query": ""}
    assert client.post("/outreach/plans/make/", ticked).status_code == 200
    day = (clock.today() + timedelta(days=1)).isoformat()
    given = ticked | {"next_step": "入户", "next_on": day, "owner": "", "reason": ""}
    for wrong in ({"next_step": ""}, {"next_on": "x"}, {"next_on": "2020-01-01"}, {"reason": "x"}, {"measures": ["x"]},
                  {"owner": "长" * 81}, {"next_step": "长" * 5000}):  # fmt: skip
        assert client.post("/outreach/plans/make/", given | wrong).status_code == 400, wrong
    for wrong in ({"ids": []}, {"ids": ["x"]}, {"ids": [str(people[0].pk), "' OR 1=1"]}):
        assert client.post("/outreach/plans/make/", given | wrong).status_code in (400, 404), wrong
    assert not CarePlan.objects.unscoped("test").exists()
    page = client.post("/outreach/plans/make/", given)
    assert page.status_code == 200 and "Ann" in page.content.decode()
    made = [str(key) for key in CarePlan.objects.unscoped("test").values_list("pk", flat=True)]
    assert len(made) == 2
    again = client.post("/outreach/plans/make/", given).content.decode()
    assert again.count("已有一份未结案的一人一策") == 2
    assert client.post("/outreach/plans/take-back/", {"ids": made}).status_code == 302
    assert not CarePlan.objects.unscoped("test").exists()
    assert client.post("/outreach/plans/take-back/", {"ids": ["x"]}).status_code == 404
