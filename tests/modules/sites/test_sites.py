"""Sites are opened, changed, closed; and shown to those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from tests.modules import campaign

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound, Refusal
from yingjie.sites import actions, queries, refusals
from yingjie.sites.models import Site

LEAD = campaign.actor("county_lead", "110117")


@pytest.fixture(autouse=True)
def _areas(db: None) -> None:
    campaign.tree()


def open_site(by: Actor = LEAD, **more: Any) -> Site:
    asked = {
        "code": "S1",
        "name": "甲",
        "kind": "clinic",
        "area_code": campaign.TOWN,
        "opened_on": date(2021, 3, 1),
    } | more
    return actions.open_site(by=by, **asked)


def refused(refusal: type[Refusal], verb: Callable[..., Any], **arguments: Any) -> None:
    before = list(Site.objects.unscoped(campaign.ALL).values()), Entry.objects.count()
    with pytest.raises(refusal) as caught:
        verb(**arguments)
    assert type(caught.value) is refusal
    assert (list(Site.objects.unscoped(campaign.ALL).values()), Entry.objects.count()) == before


def test_opening_a_site_is_journalled_and_shown() -> None:
    site = open_site(name=" 甲 ", address="新开街12号")
    row = queries.site(LEAD, site.pk)
    assert (row.name, row.address, row.is_open(date(2021, 2, 28)), row.is_open(date(2021, 3, 1))) == (
        "甲", "新开街12号", False, True,
    )  # fmt: skip
    assert Entry.objects.get(verb="sites.open").area_code == campaign.TOWN
    with clock.at(campaign.NOON):
        assert open_site(code="S2", opened_on=None).opened_on == campaign.TODAY


def test_what_cannot_be_opened() -> None:
    open_site()
    refused(refusals.CodeTaken, open_site)
    refused(refusals.UnknownKind, open_site, code="S2", kind="tent")
    refused(NotAllowed, open_site, by=campaign.actor("town_lead"), code="S2")
    refused(NotAllowed, open_site, by=campaign.actor("county_lead", "110118"), code="S2")


def test_changing_and_closing() -> None:
    site = open_site()
    actions.change(by=LEAD, site_id=site.pk, hours="08:00–12:00")
    actions.change(by=LEAD, site_id=site.pk, closed_on=date(2021, 6, 1))
    row = queries.site(LEAD, site.pk)
    assert (row.name, row.hours, row.is_open(date(2021, 5, 31)), row.is_open(date(2021, 6, 1))) == (
        "甲", "08:00–12:00", True, False,
    )  # fmt: skip
    with clock.at(campaign.NOON):
        assert [each.id for each in queries.sites(LEAD)] == [site.pk]
    assert queries.sites(LEAD) == []
    assert [each.id for each in queries.sites(LEAD, with_closed=True)] == [site.pk]
    refused(BadInput, actions.change, by=LEAD, site_id=site.pk, closed_on=date(2021, 2, 1))
    refused(NotFound, actions.change, by=campaign.actor("vaccinator"), site_id=site.pk, name="乙")
    refused(NotFound, actions.change, by=LEAD, site_id=uuid4(), name="乙")


def test_a_role_on_one_site_sees_that_site_only() -> None:
    first, second = open_site(), open_site(code="S2")
    bound = campaign.actor("vaccinator", campaign.TOWN, first.pk)
    assert [each.id for each in queries.sites(bound)] == [first.pk]
    with pytest.raises(NotFound):
        queries.site(bound, second.pk)
    with pytest.raises(NotFound):
        queries.site(bound, first.pk, "sites.change")
    assert queries.sites(campaign.actor("vaccinator", "110117002")) == []
    assert queries.names({first.pk, second.pk}) == {first.pk: "甲", second.pk: "甲"}
