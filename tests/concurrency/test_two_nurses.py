"""Two nurses at the same moment, through HTTP: one person before both, and the last dose of a vial before both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.concurrency.together import at_once
from tests.modules import campaign, visits
from yingjie.clinic.models import Visit
from yingjie.clinic.workflow import CHECKS
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.models import Grant, User
from yingjie.sites.models import Site
from yingjie.stock.ledger import rebuilt
from yingjie.stock.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with clock.at(campaign.NOON):
        campaign.tree()
        yield campaign.site()


def nurse(name: str, site: Site) -> Client:
    campaign.certified(name)
    user = User.objects.create(username=name, display_name=name, created_at=campaign.NOON)
    Grant.objects.create(
        user=user, role="vaccinator", area_code=campaign.TOWN, site_id=site.pk, from_on=campaign.TODAY, granted_by="test"
    )  # fmt: skip
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def both(*asked: tuple[Client, Visit, dict[str, Any]]) -> list[tuple[int, str]]:
    """The answers to forms sent at the same moment: their status, and the code of a refusal."""

    def sent(client: Client, visit: Visit, form: dict[str, Any]) -> HttpResponse:
        return client.post(reverse("station_vaccinate", args=[visit.pk]), form)

    answers = at_once([lambda each=each: sent(*each) for each in asked])  # type: ignore[misc]  # bound now
    return sorted((answer.status_code, code_of(answer)) for answer in answers)


def code_of(answer: HttpResponse) -> str:
    found = answer.content.decode().partition('notice-code">')[2]
    return found.partition("<")[0]


def verifying(serial: int) -> dict[str, Any]:
    return {"vial_code": campaign.trace_code(serial), "checks": list(CHECKS), "body_side": "left"}


def test_one_person_and_one_last_dose(site: Site) -> None:
    campaign.lot(site, doses=2)
    first, second = nurse("nurse1", site), nurse("nurse2", site)
    one, two, three = (visits.ready(site.pk, campaign.person(serial).pk) for serial in (1, 2, 3))
    assert both((first, one, verifying(1)), (second, one, verifying(1))) == [
        (302, ""),
        (409, "clinic.verified_by_other"),
    ]
    given = {"given": "1"}
    owner = first if Visit.objects.unscoped(campaign.ALL).get(pk=one.pk).verified_by == "nurse1" else second
    assert both((owner, one, given), (owner, one, given)) == [(302, ""), (409, "clinic.already_vaccinated")]
    for client, visit in ((first, two), (second, three)):
        assert client.post(reverse("station_vaccinate", args=[visit.pk]), verifying(2)).status_code == 302
    assert both((first, two, given), (second, three, given)) == [(302, ""), (409, "stock.vial_empty")]
    assert Dose.objects.unscoped(campaign.ALL).count() == 2
    assert Movement.objects.unscoped(campaign.ALL).filter(kind="given").count() == 2
    states = sorted(Visit.objects.unscoped(campaign.ALL).values_list("state", flat=True))
    assert states == ["observed", "observed", "verified"]
    assert list(rebuilt()) == []
