"""A vaccination day at one site, from the van in the morning to the last person in the evening, through HTTP alone.

The van brings two lots. One was too warm on the way: it is refused, and not one dose of it is in the books.
Somebody without a certificate signs in as a vaccinator: she sees the queue and can do nothing.
Three people come. One has a fever and goes home; that she came stays on record. One is deferred by an answer, until a day.
A card is shown twice and at another site: twice refused. Nobody jumps the order: needle before questions, leaving before the dose.
Two nurses have the same person before them: the one who verified gives the dose, the other is told who has her.
Wrong scans: an unknown code, another site's vial, a used vial, another product than was signed for: refused before the needle.
The lot is suspended while a syringe is in the hand: it stops at the needle too, and goes on when it is released.
A dose is recorded for the wrong one of two sisters, taken back, and put under the right name; stock moves once.
Somebody faints and stays longer; somebody insists on leaving early, with a reason.
The power fails between "verified" and "given": on the next sign-in the visit stands where it stood, and the dose is given once.
Who comes back the next day with yesterday's number gets nothing for it.
In the evening everything balances: received = given + left, every dose has its movement, its visit and its signatures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from yingjie.clinic.models import Visit
from yingjie.clinic.workflow import CHECKS, VISIT
from yingjie.doses.actions import rebuild_standings
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.queries import verify
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Lot, Movement

pytestmark = pytest.mark.django_db
MORNING = campaign.NOON - timedelta(hours=4)
DOSES = 12
ROLES = ("registrar", "screening_doctor", "vaccinator", "observer", "site_lead", "store_keeper")


@pytest.fixture
def site() -> Iterator[Site]:
    with clock.at(MORNING):
        campaign.tree()
        for account in ("nurse2", "screening_doctor"):
            campaign.certified(account)
        yield campaign.site()


def test_the_day(site: Site) -> None:
    crew = {role: signed_in(role, role, site) for role in ROLES}
    crew["nurse2"] = signed_in("nurse2", "vaccinator", site)
    people = [campaign.person(serial, name=name) for serial, name in enumerate("甲乙丙丁戊己庚辛壬癸", 1)]
    the_van(crew["store_keeper"], site)
    without_a_certificate(signed_in("newcomer", "vaccinator", site), crew, site, people[0])
    fever_and_deferral(crew, site, people[1], people[2])
    twice_and_elsewhere(crew, people[3])
    two_nurses(crew, people[4])
    wrong_scans(crew, site, people[5])
    a_lot_is_suspended(crew, people[6])
    the_wrong_sister(crew, people[7], people[8])
    the_bench(crew)
    the_power_fails(crew, site, people[9])
    the_next_day(crew, people[1])
    everything_balances(site)


# --- the story's parts ----------------------------------------------------------------------------------------------


def the_van(keeper: Client, site: Site) -> None:
    said = {
        "product_code": campaign.BIBP,
        "expires_on": "2022-03-31",
        "minutes": "80",
        "release_number": "SP-2021-07",
    }
    warm = said | {"lot_number": "W1", "doses": "5", "lowest": "4", "highest": "14.5", "codes": codes(80, 5)}
    post(keeper, "stock_receive", site.pk, **warm)
    post(
        keeper,
        "stock_receive",
        site.pk,
        **said,
        lot_number="L1",
        doses=str(DOSES),
        lowest="3",
        highest="6",
        codes=codes(1, DOSES),
    )
    assert Balance.objects.unscoped(campaign.ALL).aggregate(doses=Sum("doses"))["doses"] == DOSES


def without_a_certificate(newcomer: Client, crew: dict[str, Client], site: Site, person: Person) -> None:
    visit = ready(crew, person)
    assert person.name in get(newcomer, "station_vaccination")
    refused(newcomer, "station_vaccinate", visit.pk, verifying(1))
    gives(crew["vaccinator"], visit, 1)
    refused(newcomer, "station_vaccinate", visit.pk, {"given": "1"})


def fever_and_deferral(crew: dict[str, Client], site: Site, hot: Person, ill: Person) -> None:
    at_desk = {"person": str(hot.pk), "temperature": "38.4", "health_status": "green"}
    refused(crew["registrar"], "station_registration", None, at_desk, "38.4")
    post(crew["registrar"], "station_keep_out", reason="fever", **at_desk)
    assert (visit_of(hot).state, str(visit_of(hot).temperature)) == ("turned_away", "38.4")
    visit = signed(crew, ill)
    post(crew["screening_doctor"], "station_screen", visit.pk, **answered(crew, visit, acute="yes"))
    assert (visit_of(ill).state, visit_of(ill).deferred_until) == ("deferred", date(2021, 5, 26))
    shown = (
        crew["registrar"].post(reverse("station_registration"), {"number": number_of(ill)}).content.decode()
    )
    assert "2021-05-26" in shown and 'data-sound="stop"' in shown


def twice_and_elsewhere(crew: dict[str, Client], person: Person) -> None:
    visit = ready(crew, person)
    arriving = {"person": str(person.pk), "temperature": "36.5", "health_status": "green"}
    refused(crew["registrar"], "station_registration", None, arriving, "已在本点登记")
    other = campaign.site("S2")
    elsewhere = signed_in("registrar2", "registrar", other)
    refused(elsewhere, "station_registration", None, arriving, "接种点S1")
    refused(crew["observer"], "station_observation", None, {"visit": str(visit.pk), "early_reason": "x"})
    refused(crew["registrar"], "station_consent", visit.pk, consenting())
    gives(crew["vaccinator"], visit, 2)
    refused(crew["screening_doctor"], "station_screen", visit.pk, answered(crew, visit))
    refused(crew["vaccinator"], "station_vaccinate", visit.pk, verifying(3))


def two_nurses(crew: dict[str, Client], person: Person) -> None:
    visit = signed(crew, person)
    refused(crew["vaccinator"], "station_vaccinate", visit.pk, verifying(3), "预检")
    post(crew["screening_doctor"], "station_screen", visit.pk, **answered(crew, visit))
    post(crew["vaccinator"], "station_vaccinate", visit.pk, **verifying(3))
    refused(crew["nurse2"], "station_vaccinate", visit.pk, verifying(4), "vaccinator")
    refused(crew["nurse2"], "station_vaccinate", visit.pk, {"given": "1"}, "vaccinator")
    post(crew["vaccinator"], "station_vaccinate", visit.pk, given="1")
    refused(crew["vaccinator"], "station_vaccinate", visit.pk, {"given": "1"})


def wrong_scans(crew: dict[str, Client], site: Site, person: Person) -> None:
    campaign.lot(campaign.site("S3"), doses=1, number="O1", first=70)
    campaign.lot(site, doses=1, number="K1", product=campaign.SINOVAC, first=60)
    visit = ready(crew, person)
    for serial, why in ((99, "不在本点库存"), (70, "不在本点库存"), (1, ""), (60, "同意书")):
        refused(crew["vaccinator"], "station_vaccinate", visit.pk, verifying(serial), why)
    refused(
        crew["vaccinator"],
        "station_vaccinate",
        visit.pk,
        verifying(4) | {"checks": list(CHECKS)[:-1]},
        "确认",
    )
    gives(crew["vaccinator"], visit, 4)


def a_lot_is_suspended(crew: dict[str, Client], person: Person) -> None:
    from yingjie.stock import actions as stock

    visit, lot = ready(crew, person), Lot.objects.get(number="L1")
    post(crew["vaccinator"], "station_vaccinate", visit.pk, **verifying(5))
    stock.suspend_lot(by=campaign.maker, lot_id=lot.pk, reason="call from the county")
    refused(crew["vaccinator"], "station_vaccinate", visit.pk, {"given": "1"}, "L1")
    stock.resume_lot(by=campaign.maker, lot_id=lot.pk, reason="cleared")
    post(crew["vaccinator"], "station_vaccinate", visit.pk, given="1")


def the_wrong_sister(crew: dict[str, Client], named: Person, sister: Person) -> None:
    visit = ready(crew, named)
    gives(crew["vaccinator"], visit, 6)
    dose_id = visit_of(named).dose_id
    post(crew["vaccinator"], "clinic_correct_at_site", named.pk, dose_id, reason="it was her sister")
    post(
        crew["vaccinator"],
        "clinic_receive",
        visit.pk,
        number=number_of(sister),
        reason="the cards were changed",
    )
    live = Dose.objects.unscoped(campaign.ALL).get(person_id=sister.pk)
    assert (live.vial_code, live.voided_at) == (campaign.trace_code(6), None)
    gives(crew["vaccinator"], ready(crew, named), 7)


def the_bench(crew: dict[str, Client]) -> None:
    bench = crew["observer"]
    first, second, *others = Visit.objects.unscoped(campaign.ALL).filter(state="observed").order_by("number")
    post(bench, "station_reaction", first.pk, kind="faint", note="pale")
    refused(bench, "station_observation", None, {"visit": str(first.pk), "early_reason": "x"})
    post(bench, "station_reaction", first.pk, recovered="1", treatment="lay down")
    refused(bench, "station_observation", None, {"visit": str(second.pk)}, "08:30")
    post(bench, "station_observation", visit=str(second.pk), early_reason="the bus leaves")
    with clock.at(MORNING + timedelta(minutes=31)):
        for visit in others:
            post(bench, "station_observation", visit=str(visit.pk))
        post(bench, "station_observation", visit=str(first.pk))
    assert not Visit.objects.unscoped(campaign.ALL).filter(state__in=("observed", "reacting")).exists()


def the_power_fails(crew: dict[str, Client], site: Site, person: Person) -> None:
    visit = ready(crew, person)
    post(crew["vaccinator"], "station_vaccinate", visit.pk, **verifying(8))
    again = again_signed_in(crew["vaccinator"])
    assert "核对无误，请接种" in get(again, "station_vaccinate", visit.pk)
    post(again, "station_vaccinate", visit.pk, given="1")
    assert Dose.objects.unscoped(campaign.ALL).filter(person_id=person.pk).count() == 1


def the_next_day(crew: dict[str, Client], person: Person) -> None:
    arriving = {"person": str(person.pk), "temperature": "36.5", "health_status": "green"}
    post(crew["registrar"], "station_entrance", **arriving)
    late = visit_of(person)
    assert late.state == "checked_in"
    with clock.at(MORNING + timedelta(days=1)):
        crew["registrar"] = again_signed_in(crew["registrar"])
        post(crew["registrar"], "station_registration", **arriving)
        assert Visit.objects.unscoped(campaign.ALL).filter(
            person_id=person.pk, state="registered"
        ).get().on == date(2021, 5, 20)
    assert Visit.objects.unscoped(campaign.ALL).get(pk=late.pk).state == "checked_in"


def everything_balances(site: Site) -> None:
    doses = Dose.objects.unscoped(campaign.ALL)
    moved = Movement.objects.unscoped(campaign.ALL).filter(site_id=site.pk, lot__number="L1")
    given = moved.filter(kind="given")
    assert given.count() == 8
    assert moved.aggregate(doses=Sum("doses"))["doses"] == DOSES - 8
    left = Balance.objects.unscoped(campaign.ALL).filter(site_id=site.pk, lot__number="L1")
    assert left.aggregate(doses=Sum("doses"))["doses"] == DOSES - 8
    assert {row.vial_code for row in doses.filter(voided_at__isnull=True)} == {
        campaign.trace_code(n) for n in range(1, 9)
    }
    visits = Visit.objects.unscoped(campaign.ALL).filter(dose_id__isnull=False)
    assert set(doses.values_list("pk", flat=True)) == set(visits.values_list("dose_id", flat=True))
    for visit in Visit.objects.unscoped(campaign.ALL):
        steps = [each["step"] for each in visit.trail if each["step"] not in ("ticket", "take_back")]
        state = VISIT.initial
        for step in steps:
            assert state in VISIT.step(step).sources
            state = VISIT.step(step).target
        assert state == visit.state
        assert all(each["by"] and each["at"] for each in visit.trail)
    with clock.at(MORNING + timedelta(days=1)):
        assert rebuild_standings(by=campaign.maker) == 0
    assert verify().whole


# --- below the fold ------------------------------------------------------------------------------------------------


def signed_in(username: str, role: str, site: Site) -> Client:
    from yingjie.foundation.access.actions import create_user, grant_role

    user = create_user(
        by=campaign.maker,
        username=username,
        display_name=username,
        password="river-stone-42",
        must_change_password=False,
    )
    grant_role(
        by=campaign.maker,
        user_id=user.pk,
        role=role,
        area_code=campaign.TOWN,
        site_id=site.pk,
        from_on=date(2021, 1, 1),
    )
    return again_signed_in(Client(), username)


def again_signed_in(client: Client, username: str = "") -> Client:
    """A new session of the same user: what a restart of everything leaves of a browser."""
    from yingjie.foundation.access.models import User

    name = username or str(client.username)  # type: ignore[attr-defined]
    fresh = Client()
    fresh.force_login(
        User.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    fresh.cookies["yingjie_language"] = "zh-hans"
    fresh.username = name  # type: ignore[attr-defined]
    return fresh


def get(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def post(client: Client, name: str, *args: Any, **said: Any) -> None:
    """What is sent is accepted: the answer leads on."""
    answer = client.post(reverse(name, args=args), said)
    assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[:1500]


def refused(client: Client, name: str, key: UUID | None, said: dict[str, Any], why: str = "") -> None:
    """What is sent is refused, the page says why, and no row of the visit, the doses or the stock is another one."""
    before = rows()
    answer = client.post(reverse(name, args=[key] if key else []), said)
    assert 400 <= answer.status_code < 500, answer.status_code
    assert why in answer.content.decode()
    assert rows() == before


def rows() -> list[Any]:
    tables = (Visit, Dose, Balance, Movement)
    return [list(model.objects.unscoped(campaign.ALL).order_by("pk").values()) for model in tables]


def visit_of(person: Person) -> Visit:
    return Visit.objects.unscoped(campaign.ALL).filter(person_id=person.pk).order_by("-number", "-pk").first()


def number_of(person: Person) -> str:
    serial = "甲乙丙丁戊己庚辛壬癸".index(person.name) + 1
    return campaign.identity_number(person.birth_on, serial)


def codes(first: int, many: int) -> str:
    return "\n".join(campaign.trace_code(first + nth) for nth in range(many))


def consenting() -> dict[str, str]:
    return {"product": campaign.BIBP, "text": "inactivated-2021-1", "signer": "self", "paper": "1"}


def verifying(serial: int) -> dict[str, Any]:
    return {"vial_code": campaign.trace_code(serial), "checks": list(CHECKS), "body_side": "left"}


def signed(crew: dict[str, Client], person: Person) -> Visit:
    """Card, temperature, consent."""
    desk = crew["registrar"]
    assert (
        person.name
        in desk.post(reverse("station_registration"), {"number": number_of(person)}).content.decode()
    )
    post(desk, "station_registration", person=str(person.pk), temperature="36.6", health_status="green")
    post(desk, "station_consent", visit_of(person).pk, **consenting())
    return visit_of(person)


def answered(crew: dict[str, Client], visit: Visit, **said: str) -> dict[str, str]:
    from yingjie.clinic.questionnaire import questions
    from yingjie.clinic.screening import about

    return {f"q_{question.code}": said.get(question.code, "no") for question in questions(about(visit))}


def ready(crew: dict[str, Client], person: Person) -> Visit:
    visit = signed(crew, person)
    post(crew["screening_doctor"], "station_screen", visit.pk, **answered(crew, visit))
    return visit_of(person)


def gives(nurse: Client, visit: Visit, serial: int) -> None:
    post(nurse, "station_vaccinate", visit.pk, **verifying(serial))
    post(nurse, "station_vaccinate", visit.pk, given="1")
