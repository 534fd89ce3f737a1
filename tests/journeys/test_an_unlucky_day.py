"""A day on which much goes wrong, at two townships' sites, through HTTP alone; nothing unsafe is recorded as if it were right.

A nurse of the neighbouring township, with a certificate of her own, tries everything on a visit here: it does not exist for her.
Scanners read nonsense, another lot's carton, a code that contradicts the book; thermometers show what no body has.
Between "verified" and "given" the ground moves: her session grows old, her certificate is revoked, her role ends, her account is
closed, the night passes. Each time nothing is given, she is told, and a colleague goes on from where the visit stands.
A form without its token, a visit that never was, somebody else's page: refused, nothing changed.
Somebody with an appointment does not come, the seat goes on, and she comes late after all: she is let in as what she is.
In the evening nobody closes the day over a syringe in somebody's hand; once it is closed, nobody is verified any more.
Afterwards: doses = vials used = what left the stock at each site; every visit walked the table; the journal is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from tests.journeys.test_a_vaccination_day import (
    MORNING,
    again_signed_in,
    gives,
    ready,
    refused,
    rows,
    signed_in,
    verifying,
    visit_of,
)
from tests.modules import campaign
from yingjie.areas.models import Area
from yingjie.bookings import actions as bookings
from yingjie.bookings import session_actions
from yingjie.bookings.models import Booking, Slot
from yingjie.clinic.models import Visit
from yingjie.clinic.refusals import NeedleInHand
from yingjie.clinic.workflow import VISIT
from yingjie.doses.against_stock import unmatched
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actions import deactivate, end_grant
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.journal.queries import verify
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.staff.actions import revoke
from yingjie.staff.models import Certificate
from yingjie.stock import day_close
from yingjie.stock.ledger import rebuilt
from yingjie.stock.models import Balance, Lot, Movement

pytestmark = pytest.mark.django_db
NEIGHBOUR = "110117002"
ROLES = ("registrar", "screening_doctor", "vaccinator", "observer")
NURSES = ("nurse2", "nurse3", "nurse4", "nurse5", "nurse6")


def test_the_day() -> None:
    with clock.at(MORNING):
        here, there = two_sites()
        crew = {role: signed_in(role, role, here) for role in ROLES}
        crew |= {name: signed_in(name, "vaccinator", here) for name in NURSES}
        people = [campaign.person(serial, name=name) for serial, name in enumerate("甲乙丙丁戊己庚辛", 1)]
        the_neighbour_tries_everything(crew, here, there, people[0])
        nonsense_is_scanned(crew, people[1])
        the_ground_moves(crew, people[2:6])
        no_tokens_and_no_visits(crew["vaccinator"])
        late_after_all(crew, here, people[6])
        the_book_is_closed(crew, here, people[7])
        everything_balances(here, there)


def two_sites() -> tuple[Site, Site]:
    campaign.tree()
    Area.objects.create(code=NEIGHBOUR, name="兴谷街道", level="town", parent_id="110117", pinyin="xinggu")
    for account in ("screening_doctor", "other_nurse", *NURSES):
        campaign.certified(account)
    here, there = campaign.make_ready(campaign.site()), campaign.site("S2", area_code=NEIGHBOUR)
    campaign.lot(here, doses=12)
    campaign.lot(there, doses=4, number="N1", first=50)
    return here, there


def the_neighbour_tries_everything(crew: dict[str, Client], here: Site, there: Site, person: Person) -> None:
    other = signed_in_at("other_nurse", there)
    visit = ready(crew, person)
    refused(other, "station_vaccinate", visit.pk, verifying(50))
    refused(other, "station_vaccinate", visit.pk, {"given": "1"})
    refused(other, "station_set_aside", visit.pk, {"reason": "mine"})
    refused(other, "clinic_turn_away", visit.pk, {"reason": "fever"})
    refused(other, "station_ask_override", visit.pk, {"reason": "please"})
    refused(other, "clinic_choose", None, {"site": str(here.pk)})
    for name, key in (("station_vaccinate", visit.pk), ("station_vial", visit.pk), ("clinic_slip", visit.pk),
                      ("clinic_board_queue", here.pk), ("clinic_day", here.pk), ("booking_day", here.pk)):  # fmt: skip
        answer = other.get(reverse(name, args=[key]))
        assert answer.status_code in (403, 404), name
        assert person.name not in answer.content.decode()
    assert person.name not in other.get(reverse("station_vaccination")).content.decode()
    gives(crew["vaccinator"], visit, 1)


def nonsense_is_scanned(crew: dict[str, Client], person: Person) -> None:
    desk, needle = crew["registrar"], crew["vaccinator"]
    for read in ("", "99", "12.5", "-36.6", "abc", "４５", "NaN", "1e9"):
        arriving = {"person": str(person.pk), "temperature": read, "health_status": "green"}
        refused(desk, "station_registration", None, arriving)
    refused(
        desk,
        "station_registration",
        None,
        {"person": str(person.pk), "temperature": "36.5", "health_status": "blue"},
    )
    visit = ready(crew, person)
    contradicts = "(01)06901234567892(10)WRONG(17)220331(21)" + campaign.trace_code(2)[-10:]
    for read in (
        "",
        "   ",
        "8",
        "8" * 21,
        "8" * 5000,
        "'; DROP TABLE",
        "８１２３",
        "\x1d",
        campaign.trace_code(50),
        contradicts,
    ):
        refused(needle, "station_vaccinate", visit.pk, verifying(2) | {"vial_code": read})
    refused(needle, "station_vaccinate", visit.pk, verifying(2) | {"body_side": "foot"})
    gives(needle, visit, 2)
    refused(needle, "station_vaccinate", visit.pk, {"given": "1"})


def the_ground_moves(crew: dict[str, Client], people: list[Person]) -> None:
    """What happens to a nurse between the two keys; somebody else gives the dose later."""
    happens: list[Callable[[str], Any]] = [
        grows_old,
        loses_her_certificate,
        loses_her_role,
        loses_her_account,
    ]
    for serial, (name, person, it_happens) in enumerate(zip(NURSES, people, happens, strict=False), 3):
        visit = ready(crew, person)
        assert crew[name].post(at_needle(visit), verifying(serial)).status_code == 302
        before = rows()
        later = it_happens(name)
        with clock.at(MORNING + later):
            answer = crew[name].post(at_needle(visit), {"given": "1"})
            sent_away = answer.status_code == 302 and "/account/login/" in answer.headers["Location"]
            assert sent_away or answer.status_code in (403, 404, 409), (
                it_happens.__name__,
                answer.status_code,
            )
        assert rows() == before, it_happens.__name__
        colleague = crew["vaccinator"]
        refused(colleague, "station_vaccinate", visit.pk, {"given": "1"}, name)
        assert (
            colleague.post(reverse("station_set_aside", args=[visit.pk]), {"reason": "she left"}).status_code
            == 302
        )
        gives(colleague, visit_of(person), serial)
    midnight(crew)


def midnight(crew: dict[str, Client]) -> None:
    late = campaign.person(9, name="壬")
    with clock.at(MORNING + timedelta(hours=15, minutes=50)):  # 23:50
        for role in (*ROLES, "nurse6"):
            crew[role] = again_signed_in(crew[role])
        visit = ready(crew, late)
        assert crew["nurse6"].post(at_needle(visit), verifying(7)).status_code == 302
    with clock.at(
        MORNING + timedelta(hours=20)
    ):  # over midnight a visit goes on for four hours, and no longer
        refused(crew["nurse6"], "station_vaccinate", visit.pk, {"given": "1"}, "2021-05-19")
    for role in (*ROLES, "nurse6"):
        crew[role] = again_signed_in(crew[role])


def no_tokens_and_no_visits(nurse: Client) -> None:
    bare = Client(enforce_csrf_checks=True)
    bare.cookies["sessionid"] = nurse.cookies["sessionid"].value
    visit = Visit.objects.unscoped(campaign.ALL).filter(state="observed").first()
    nowhere = "00000000-0000-7000-8000-000000000000"
    before = rows()
    assert bare.post(at_needle(visit), {"given": "1"}).status_code == 403
    assert nurse.post(f"/clinic/vaccination/{nowhere}/", {"given": "1"}).status_code == 404
    assert nurse.post("/clinic/vaccination/1/", {"given": "1"}).status_code == 404
    assert nurse.get(reverse("station_vaccination"), {"done": "x"}).status_code < 500
    assert Client().post(at_needle(visit), {"given": "1"}).status_code == 302
    assert rows() == before


def late_after_all(crew: dict[str, Client], here: Site, person: Person) -> None:
    session = session_actions.open_session(
        by=campaign.maker, site_id=here.pk, from_at=MORNING + timedelta(hours=1), until_at=MORNING + timedelta(hours=3),
        products=[campaign.BIBP], minutes=60, seats=2, offline_percent=0,
    )  # fmt: skip
    first, second = Slot.objects.unscoped(campaign.ALL).filter(session=session).order_by("at")
    bookings.book(by=campaign.maker, person_id=person.pk, slot_id=first.pk)
    with clock.at(MORNING + timedelta(hours=2, minutes=15)):
        answer = crew["registrar"].post(reverse("booking_sweep", args=[here.pk]))
        assert answer.status_code == 302
        assert Booking.objects.unscoped(campaign.ALL).get(person_id=person.pk).state == "missed"
        second.refresh_from_db()
        assert second.extra == 1
        visit = ready(crew, person)
        gives(crew["vaccinator"], visit, 8)
    mine = Booking.objects.unscoped(campaign.ALL).filter(person_id=person.pk).order_by("at")
    assert [(row.state, row.slot_id) for row in mine] == [("moved", first.pk), ("attended", second.pk)]


def the_book_is_closed(crew: dict[str, Client], here: Site, person: Person) -> None:
    visit = ready(crew, person)
    assert crew["vaccinator"].post(at_needle(visit), verifying(9)).status_code == 302
    lot = Lot.objects.get(number="L1")
    usable = Balance.objects.unscoped(campaign.ALL).get(site=here, lot=lot, state="usable").doses
    counted = {lot.pk: day_close.Counted(usable)}
    with pytest.raises(NeedleInHand):
        day_close.close(by=campaign.maker, site_id=here.pk, counted=counted)
    for waiting in Visit.objects.unscoped(campaign.ALL).filter(site=here, state="verified"):
        aside = crew["vaccinator"].post(
            reverse("station_set_aside", args=[waiting.pk]), {"reason": "evening"}
        )
        assert aside.status_code == 302
    day_close.close(by=campaign.maker, site_id=here.pk, counted=counted)
    refused(crew["vaccinator"], "station_vaccinate", visit.pk, verifying(9), "日结")
    assert not Dose.objects.unscoped(campaign.ALL).filter(person_id=person.pk).exists()


def everything_balances(here: Site, there: Site) -> None:
    doses = Dose.objects.unscoped(campaign.ALL)
    assert (
        doses.count()
        == doses.values("person_id").distinct().count()
        == doses.values("vial_code").distinct().count()
        == 7
    )
    for site, number, received, given in ((here, "L1", 12, 7), (there, "N1", 4, 0)):
        moved = Movement.objects.unscoped(campaign.ALL).filter(site_id=site.pk, lot__number=number)
        left = Balance.objects.unscoped(campaign.ALL).filter(site_id=site.pk, lot__number=number)
        assert -(moved.filter(kind="given").aggregate(n=Sum("doses"))["n"] or 0) == given
        assert left.aggregate(n=Sum("doses"))["n"] == moved.aggregate(n=Sum("doses"))["n"] == received - given
    assert list(rebuilt()) == list(unmatched()) == []
    for visit in Visit.objects.unscoped(campaign.ALL):
        state = VISIT.initial
        for each in (step for step in visit.trail if step["step"] != "ticket"):
            assert state in VISIT.step(each["step"]).sources
            state = VISIT.step(each["step"]).target
        assert state == visit.state
        assert (visit.dose_id is not None) == (state == "observed")
    assert verify().whole


# --- below the fold ------------------------------------------------------------------------------------------------


def at_needle(visit: Visit) -> str:
    return reverse("station_vaccinate", args=[visit.pk])


def signed_in_at(username: str, site: Site) -> Client:
    from yingjie.foundation.access.actions import create_user, grant_role

    user = create_user(
        by=campaign.maker,
        username=username,
        display_name=username,
        password="river-stone-42",
        must_change_password=False,
    )
    for role in ("vaccinator", "registrar"):
        grant_role(
            by=campaign.maker,
            user_id=user.pk,
            role=role,
            area_code=NEIGHBOUR,
            site_id=site.pk,
            from_on=date(2021, 1, 1),
        )
    return again_signed_in(Client(), username)


def grows_old(name: str) -> timedelta:
    return timedelta(hours=12, minutes=1)


def loses_her_certificate(name: str) -> timedelta:
    for held in Certificate.objects.unscoped(campaign.ALL).filter(member__account=name, kind="vaccination"):
        revoke(by=campaign.maker, certificate_id=held.pk, reason="found invalid")
    return timedelta(minutes=2)


def loses_her_role(name: str) -> timedelta:
    for grant in Grant.objects.filter(user__username=name):
        end_grant(by=campaign.maker, grant_id=grant.pk)
    return timedelta(minutes=2)


def loses_her_account(name: str) -> timedelta:
    deactivate(by=campaign.maker, user_id=User.objects.get(username=name).pk)
    return timedelta(minutes=2)
