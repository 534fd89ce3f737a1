"""What may go wrong with a day: each copy moves the figures where they belong, and the plan stays as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, TOMORROW
from vaxkit.simulation import read_plan
from vaxkit.simulation.running import simulate
from yingjie.bookings.models import Session
from yingjie.foundation.refusals import NotFound
from yingjie.plans import actions, day_upsets
from yingjie.plans.models import Scenario
from yingjie.sites.models import Site

#: A clinic with two people at each station, sixty places, some who come unasked.
DAY: dict[str, Any] = {
    "plan": 1, "title": {"zh": "日", "en": "Day"}, "zero": "07:30", "ends": "12:00",
    "stations": [
        {
            "id": name, "title": {"zh": name, "en": name}, "servers": [{"from": "08:00", "until": "12:00", "servers": 2}],
            "service": {"kind": "lognormal", "mean": 4, "sd": 2},
        }
        for name in ("registration", "vaccination")
    ],
    "arrivals": [
        {
            "id": "session_1", "kind": "appointments", "first": "08:00", "every": 30, "number": [10] * 6, "no_show": 0.1,
            "shift": {"kind": "normal", "mean": -4, "sd": 8, "at_least": -30, "at_most": 30}, "never_before": "08:00",
        },
        {"id": "walk_in", "kind": "walk_ins", "rates": [{"from": "08:00", "until": "10:00", "per_hour": 5}]},
    ],
    "stocks": [{"id": "vaccine", "station": "vaccination", "doses_per_vial": 2, "vials": 100}],
}  # fmt: skip


def figures(document: dict[str, Any]) -> dict[str, float]:
    found = simulate(read_plan(document), replications=40, seed=1)
    return {
        "came": found.came.mean, "wait": found.wait.mean.mean, "doses": found.stocks[0].doses.mean,
    }  # fmt: skip


def test_each_upset_moves_the_figures_where_they_belong() -> None:
    before = copy.deepcopy(DAY)
    usual = figures(DAY)
    under = {kind: figures(day_upsets.under(kind, DAY)) for kind in day_upsets.KINDS}
    assert before == DAY and set(under) == set(actions.UPSETS)
    assert under["vaccine_late"]["doses"] < 0.6 * usual["doses"]
    assert under["site_closed"]["came"] > 1.4 * usual["came"] and under["site_closed"]["wait"] > usual["wait"]
    assert under["staff_sick"]["came"] == usual["came"] and under["staff_sick"]["wait"] > 1.5 * usual["wait"]
    assert under["rush"]["came"] > 1.3 * usual["came"] and under["rush"]["wait"] > usual["wait"]
    assert under["rain"]["came"] < 0.65 * usual["came"] and under["rain"]["wait"] < usual["wait"]
    assert (
        under["aefi_cluster"]["came"] < 0.8 * usual["came"]
        and under["aefi_cluster"]["doses"] < usual["doses"]
    )
    both = figures(day_upsets.under("staff_sick", day_upsets.under("site_closed", DAY)))
    assert both["wait"] > max(under["staff_sick"]["wait"], under["site_closed"]["wait"])
    with pytest.raises(KeyError):
        day_upsets.under("earthquake", DAY)


def test_the_day_under_everything_side_by_side(client: Client, session: Session, site: Site) -> None:
    made = actions.draw_up(by=COUNTY, site_id=site.pk, on=TOMORROW)
    assert len(actions.upset(by=COUNTY, scenario_id=made.pk)) == 6
    assert actions.upset(by=COUNTY, scenario_id=made.pk) == []  # asked again: they are there
    rows = Scenario.objects.unscoped(campaign.ALL).filter(based_on=made.pk)
    assert rows.count() == 6 and all(row.job_id for row in rows)
    for row in (made, *rows):
        actions.simulate(by=COUNTY, scenario_id=row.pk)
    with pytest.raises(NotFound):
        actions.upset(by=campaign.actor("county_lead", "110118"), scenario_id=made.pk)
    campaign.sign_in(client, "county_lead", "110117")
    assert client.post(reverse("plans_upset", args=[made.pk])).status_code == 302
    page = client.get(reverse("plans_compared", args=[made.pk])).content.decode()
    assert all(str(title) in page for title in actions.UPSETS.values())
