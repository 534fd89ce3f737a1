"""Pages of appointments: what they show, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.bookings.conftest import DESK, MORNING, people, slots_of
from tests.modules.bookings.test_residents import PHONE, code_of, number, with_phone
from yingjie.bookings import actions, session_actions
from yingjie.bookings.models import Booking, BookingList, Session, Standby, TextMessage, Ticket
from yingjie.foundation import clock
from yingjie.sites.models import Site


@pytest.fixture
def client(site: Site) -> Client:
    return Client()


def text(response: object) -> str:
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_week_shows_sessions_and_doses(client: Client, site: Site, session: Session) -> None:
    campaign.sign_in(client, "site_lead", campaign.TOWN, site.pk)
    page = text(client.get(reverse("bookings"), {"on": "2021-05-20"}))
    assert "08:00–10:00" in page
    assert "12" in page
    page = text(client.get(reverse("bookings"), {"on": "2021-05-27"}))
    assert "08:00–10:00" not in page


def test_a_session_is_opened_on_the_page(client: Client, site: Site) -> None:
    campaign.sign_in(client, "site_lead", campaign.TOWN, site.pk)
    address = reverse("booking_session_new", args=[site.pk])
    text(client.get(address))
    form = {
        "on": "2021-05-20", "from_hour": "20:00", "until_hour": "02:00", "minutes": "60", "seats": "5",
        "products": [campaign.BIBP], "offline_percent": "20", "extra_percent": "0", "kind": "ordinary", "title": "夜间专场",
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    made = Session.objects.unscoped(campaign.ALL).get()
    assert (len(slots_of(made)), made.title, slots_of(made)[0].online_seats) == (6, "夜间专场", 4)
    refused = client.post(address, form)
    assert refused.status_code == 409
    assert "bookings.overlaps" in refused.content.decode()


def test_a_session_page_names_people_only_to_its_site(client: Client, site: Site, session: Session) -> None:
    (person,) = people(1)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    campaign.sign_in(client, "village_officer", campaign.OTHER_VILLAGE)
    assert person.name not in text(client.get(reverse("booking_session", args=[session.pk])))
    campaign.sign_in(client, "site_lead", campaign.TOWN, site.pk)
    assert person.name in text(client.get(reverse("booking_session", args=[session.pk])))


def test_a_cancelled_session_lists_who_needs_another_time(
    client: Client, site: Site, session: Session
) -> None:
    from tests.modules.bookings.conftest import open_session

    (person,) = people(1)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    later = MORNING + timedelta(days=1)
    open_session(site, from_at=later, until_at=later + timedelta(hours=1))
    campaign.sign_in(client, "site_lead", campaign.TOWN, site.pk)
    address = reverse("booking_session_cancel", args=[session.pk])
    text(client.get(address))
    assert client.post(address, {"because": "停电"}).status_code == 302
    page = text(client.get(reverse("booking_session", args=[session.pk])))
    assert person.name in page
    assert "2021-05-21" in page


def test_a_person_is_booked_moved_and_taken_off(client: Client, site: Site, session: Session) -> None:
    (person,) = people(1)
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    page = text(client.get(reverse("booking_person", args=[person.pk])))
    assert page.count('name="slot"') == 4
    first, second, *_rest = slots_of(session)
    for slot in (first, second):
        assert client.post(reverse("booking_take", args=[person.pk]), {"slot": slot.pk}).status_code == 302
    assert [slot.taken for slot in slots_of(session)] == [0, 1, 0, 0]
    assert "08:30" in text(client.get(reverse("person", args=[person.pk])))
    assert client.post(reverse("booking_give_up", args=[person.pk])).status_code == 302
    assert [slot.taken for slot in slots_of(session)] == [0, 0, 0, 0]


def test_a_list_is_handed_in_submitted_and_the_rest_goes_back(
    client: Client, site: Site, session: Session
) -> None:
    people(2)
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    address = reverse("booking_list_new", args=[session.pk])
    text(client.get(address))
    upload = SimpleUploadedFile("l.csv", f"姓名,身份证号\n甲二,{number(1)}\n丙,{number(8)}\n".encode())
    form = {"title": "甲村名单", "area_code": campaign.VILLAGE, "source": "file", "file": upload}
    response = client.post(address, form)
    made = BookingList.objects.unscoped(campaign.ALL).get()
    assert response.headers["Location"] == reverse("booking_list", args=[made.pk])
    assert "1" in text(client.get(response.headers["Location"]))
    back = client.get(reverse("booking_list_returned", args=[made.pk]))
    assert back.content[:2] == b"PK"
    assert client.post(reverse("booking_list_submit", args=[made.pk])).status_code == 302
    assert slots_of(session)[0].taken == 1
    assert "甲村名单" in text(client.get(reverse("booking_lists")))
    missing = client.post(address, {"title": "t", "area_code": campaign.VILLAGE, "source": "pasted"})
    assert missing.status_code == 400


def test_a_list_from_the_ledger(client: Client, site: Site, session: Session) -> None:
    people(3)
    campaign.sign_in(client, "town_lead", campaign.TOWN)
    form = {"title": "滨河", "area_code": campaign.TOWN, "source": "ledger"}
    assert client.post(reverse("booking_list_new", args=[session.pk]), form).status_code == 302
    made = BookingList.objects.unscoped(campaign.ALL).get()
    assert made.lines.unscoped(campaign.ALL).filter(verdict="good").count() == 3


def test_the_door_gives_tickets_calls_and_takes_back(client: Client, site: Site, session: Session) -> None:
    (person,) = people(1)
    with clock.at(MORNING):
        campaign.sign_in(client, "registrar", campaign.TOWN, site.pk)
        door = reverse("booking_day", args=[site.pk])
        text(client.get(door))
        assert client.post(door, {"number": number(1)}).status_code == 302
        ticket = Ticket.objects.unscoped(campaign.ALL).get()
        assert "甲*" in text(client.get(reverse("booking_ticket", args=[ticket.pk])))
        assert client.post(door, {"number": number(1)}).status_code == 409
        assert client.post(reverse("booking_call", args=[site.pk])).status_code == 302
        assert person.name in text(client.get(door))
        assert client.post(reverse("booking_ticket_give_up", args=[ticket.pk])).status_code == 302
        assert client.post(reverse("booking_sweep", args=[site.pk])).status_code == 302
    assert slots_of(session)[0].taken == 0


def test_the_nearest_are_called_from_the_standby_page(client: Client, site: Site, session: Session) -> None:
    (person,) = people(1)
    campaign.sign_in(client, "registrar", campaign.TOWN, site.pk)
    address = reverse("booking_standby", args=[site.pk])
    assert person.name in text(client.get(address, {"doses": "3"}))
    assert client.post(reverse("booking_call_nearest", args=[site.pk, person.pk])).status_code == 302
    row = Standby.objects.unscoped(campaign.ALL).get()
    assert row.state == "called"
    assert client.post(reverse("booking_standby_answer", args=[row.pk, "come"])).status_code == 302
    assert person.name in text(client.get(address))
    assert client.post(address, {"number": number(8)}).status_code == 400


def test_a_resident_books_on_the_phone(client: Client, site: Site, session: Session) -> None:
    person = with_phone()
    assert client.get(reverse("resident_mine")).headers["Location"] == reverse("resident_door")
    text(client.get(reverse("resident_door")))
    asked = client.post(reverse("resident_door"), {"number": number(), "phone": PHONE})
    assert asked.headers["Location"] == reverse("resident_code")
    assert client.post(reverse("resident_code"), {"code": "12"}).status_code == 400
    code = code_of(TextMessage.objects.get())
    assert client.post(reverse("resident_code"), {"code": code}).headers["Location"] == reverse(
        "resident_mine"
    )
    page = text(client.get(reverse("resident_mine")))
    assert person.name not in page
    (slot, *_rest) = re.findall(r'name="slot" value="([^"]+)"', page)
    assert client.post(reverse("resident_take"), {"slot": slot}).status_code == 302
    assert "08:00" in text(client.get(reverse("resident_mine")))
    moved = text(client.get(reverse("resident_mine"), {"move": "1"}))
    other = re.findall(r'name="slot" value="([^"]+)"', moved)[-1]
    assert client.post(reverse("resident_take"), {"slot": other}).status_code == 302
    held = Booking.objects.unscoped(campaign.ALL).get(state="booked")
    assert str(held.slot_id) == other
    assert client.post(reverse("resident_give_up"), {"booking": held.pk}).status_code == 302
    assert {slot.taken for slot in slots_of(session)} == {0}
    client.post(reverse("resident_leave"))
    assert client.get(reverse("resident_mine")).headers["Location"] == reverse("resident_door")


def test_the_answer_to_strangers_is_the_same(client: Client, site: Site, session: Session) -> None:
    with_phone()
    known = client.post(reverse("resident_door"), {"number": number(), "phone": PHONE})
    shown = text(client.get(reverse("resident_code")))
    stranger = Client()
    unknown = stranger.post(reverse("resident_door"), {"number": number(7), "phone": "19900000007"})
    said = text(stranger.get(reverse("resident_code")))
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert token.sub("", shown) == token.sub("", said)


def test_a_visit_of_a_resident_ends_after_half_an_hour(client: Client, site: Site, session: Session) -> None:
    with_phone()
    client.post(reverse("resident_door"), {"number": number(), "phone": PHONE})
    client.post(reverse("resident_code"), {"code": code_of(TextMessage.objects.get())})
    assert client.get(reverse("resident_mine")).status_code == 200
    with clock.at(campaign.NOON + timedelta(minutes=31)):
        assert client.get(reverse("resident_mine")).status_code == 302


def test_places_and_the_feed_are_public(client: Client, site: Site, session: Session) -> None:
    assert site.name in text(client.get(reverse("resident_places")))
    feed = client.get(reverse("resident_feed"))
    assert feed.json()["sites"][0]["sessions"][0]["slots"][0]["free"] == 3
    assert client.get(reverse("resident_feed"), {"area": "x"}).status_code == 400


def test_messages_are_read_on_the_screen_in_a_demo_only(client: Client, site: Site, settings: object) -> None:
    assert client.get(reverse("resident_messages")).status_code == 404
    settings.YINGJIE_DEMO = True  # type: ignore[attr-defined]
    text(client.get(reverse("resident_messages")))


def test_large_letters_stay(client: Client, site: Site) -> None:
    client.post(reverse("resident_letters"), {"next": reverse("resident_places")})
    assert "resident-large" in text(client.get(reverse("resident_door")))


def test_pages_speak_english(client: Client, site: Site, session: Session) -> None:
    campaign.sign_in(client, "site_lead", campaign.TOWN, site.pk)
    client.cookies["yingjie_language"] = "en"
    assert "Sessions" in text(client.get(reverse("bookings"), {"on": "2021-05-20"}))
    assert session_actions.hour(session.from_at) in text(
        client.get(reverse("booking_session", args=[session.pk]))
    )
