"""The evening before: from Today to every site of tomorrow, to its plan, to a better one."""

from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import LEAD, TOMORROW, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings.models import Session
from yingjie.foundation import clock
from yingjie.plans import actions, tomorrow
from yingjie.plans.actions import Changes
from yingjie.plans.models import Scenario


def simulated(scenario: Scenario, ninety: float, overtime: float = 0.0) -> None:
    scenario.result = {"wait": {"p90": {"mean": ninety}}, "overtime": {"mean": overtime}}
    scenario.simulated_at = clock.now()
    scenario.save()


def test_the_evening_before(client: Client, session: Session) -> None:
    registrar = campaign.actor("registrar")
    assert tomorrow.to_look_at(LEAD, TOMORROW) == (0, 0), "nobody comes"
    bookings.book(by=registrar, person_id=campaign.person(1).pk, slot_id=slots_of(session)[0].pk)
    assert tomorrow.to_look_at(LEAD, TOMORROW) == (1, 0)
    assert tomorrow.to_look_at(registrar, TOMORROW) == (0, 0), "may not plan"
    campaign.sign_in(client, "site_lead")
    assert "个接种点明天有人来，尚未推演" in client.get("/").content.decode()

    days = reverse("plans_days")
    assert "还没有推演" in client.get(days).content.decode()
    assert client.post(reverse("plans_all_of_tomorrow")).status_code == 302
    (drawn,) = Scenario.objects.unscoped(campaign.ALL)
    assert client.post(reverse("plans_all_of_tomorrow")).status_code == 302
    assert Scenario.objects.unscoped(campaign.ALL).count() == 1, "planned already"

    simulated(drawn, 35.0, 12.0)
    assert tomorrow.to_look_at(LEAD, TOMORROW) == (0, 1)
    page = client.get(days).content.decode()
    assert "等待过长" in page and "九成人等待不超过 35 分钟" in page and "超时 12 分钟" in page
    better = actions.vary(
        by=LEAD, scenario_id=drawn.pk, title="四台", changes=Changes(servers={"vaccination": {9: 4}})
    )
    simulated(better, 6.0)
    assert tomorrow.to_look_at(LEAD, TOMORROW) == (0, 0)
    (row,) = tomorrow.ahead(LEAD, TOMORROW)
    assert row.better is not None and (row.better.title, row.is_long, row.is_changed) == ("四台", True, False)
    assert "最多 6 分钟" in client.get(days).content.decode()

    bookings.book(by=registrar, person_id=campaign.person(2).pk, slot_id=slots_of(session)[1].pk)
    assert tomorrow.ahead(LEAD, TOMORROW)[0].is_changed
    assert "推演时预约 1 人，之后有变化" in client.get(days).content.decode()
