"""The residents' own door."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.modules import campaign
from tests.modules.bookings.conftest import DESK, MORNING, open_session, people, slots_of
from yingjie.bookings import actions, feed, proposals, refusals, residents
from yingjie.bookings.models import Booking, Knock, PhoneCode, Session, TextMessage
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Person, Phone
from yingjie.sites.models import Site

PHONE = "19900000001"


def with_phone(serial: int = 1, phone: str = PHONE) -> Person:
    from vaxkit.identity import mask_phone
    from yingjie.people.loading import phone_index

    person = campaign.person(serial)
    Phone.objects.unscoped(campaign.ALL).create(
        person=person, number=phone, number_index=phone_index(phone), masked=mask_phone(phone)
    )
    return person


def number(serial: int = 1) -> str:
    from datetime import date

    return campaign.identity_number(date(1950, 1, 1), serial)


def code_of(message: TextMessage) -> str:
    return re.search(r"\d{6}", message.words)[0]  # type: ignore[index]


def test_a_code_lets_in_once(session: Session) -> None:
    person = with_phone()
    code_id = residents.ask_code(number=number(), phone=PHONE, address="10.0.0.1")
    message = TextMessage.objects.get()
    assert message.phone == PHONE
    assert residents.enter(code_id=code_id, code=code_of(message)) == person.pk
    with pytest.raises(refusals.CodeWrong):
        residents.enter(code_id=code_id, code=code_of(message))


def test_neither_number_nor_phone_tells_who_is_in_the_ledger(session: Session) -> None:
    with_phone()
    asked = [
        residents.ask_code(number=number(2), phone=PHONE, address="10.0.0.1"),
        residents.ask_code(number=number(), phone="19900000002", address="10.0.0.1"),
        residents.ask_code(number="not a number", phone="nor a phone", address="10.0.0.1"),
    ]
    assert all(isinstance(each, UUID) for each in asked)
    assert PhoneCode.objects.count() == 3
    assert TextMessage.objects.count() == 0
    for code_id in (*asked, uuid4()):
        with pytest.raises(refusals.CodeWrong):
            residents.enter(code_id=code_id, code="000000")


def test_a_code_cannot_be_guessed_for_long(session: Session) -> None:
    with_phone()
    code_id = residents.ask_code(number=number(), phone=PHONE, address="10.0.0.1")
    right = code_of(TextMessage.objects.get())
    wrong = "000000" if right != "000000" else "000001"
    for _try in range(5):
        with pytest.raises(refusals.CodeWrong):
            residents.enter(code_id=code_id, code=wrong)
    with pytest.raises(refusals.CodeWrong):
        residents.enter(code_id=code_id, code=right)


def test_a_code_grows_old(session: Session) -> None:
    with_phone()
    code_id = residents.ask_code(number=number(), phone=PHONE, address="10.0.0.1")
    with clock.at(campaign.NOON + timedelta(minutes=11)), pytest.raises(refusals.CodeWrong):
        residents.enter(code_id=code_id, code=code_of(TextMessage.objects.get()))


def test_asking_is_slowed_down_by_number_phone_and_address(session: Session) -> None:
    for nth in range(5):
        residents.ask_code(number=number(), phone=f"1990000000{nth}", address=f"10.0.0.{nth}")
    with pytest.raises(refusals.TooOften):
        residents.ask_code(number=number(), phone=PHONE, address="10.0.0.9")
    for nth in range(30):
        residents.ask_code(number=f"x{nth}", phone=f"y{nth}", address="10.1.0.1")
    with pytest.raises(refusals.TooOften):
        residents.ask_code(number="x", phone="y", address="10.1.0.1")
    with clock.at(campaign.NOON + timedelta(minutes=31)):
        residents.ask_code(number=number(), phone=PHONE, address="10.1.0.1")


def test_old_tries_and_codes_are_forgotten(session: Session) -> None:
    with_phone()
    residents.ask_code(number=number(), phone=PHONE, address="10.0.0.1")
    assert residents.forget_old(campaign.NOON) == 0
    assert residents.forget_old(campaign.NOON + timedelta(days=1)) == 5
    assert (Knock.objects.count(), PhoneCode.objects.count(), TextMessage.objects.count()) == (0, 0, 0)


def test_one_s_own_place_is_booked_moved_and_given_up(session: Session) -> None:
    (person,) = people(1)
    first, second, *_rest = slots_of(session)
    residents.book_own(person_id=person.pk, slot_id=first.pk)
    assert [(slot.taken, slot.online_taken) for slot in slots_of(session)][:2] == [(1, 1), (0, 0)]
    with pytest.raises(refusals.AlreadyBooked):
        residents.book_own(person_id=person.pk, slot_id=second.pk)
    moved = residents.move_own(person_id=person.pk, slot_id=second.pk)
    assert [(slot.taken, slot.online_taken) for slot in slots_of(session)][:2] == [(0, 0), (1, 1)]
    residents.cancel_own(person_id=person.pk, booking_id=moved)
    assert {slot.taken for slot in slots_of(session)} == {0}
    verbs = Entry.objects.filter(actor="resident").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["bookings.book_online", "bookings.move", "bookings.cancel"]
    assert number() not in json.dumps(list(Entry.objects.values_list("facts", flat=True)))


def test_somebody_else_s_place_is_not_found(session: Session) -> None:
    one, other = people(2)
    booking_id = residents.book_own(person_id=one.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(NotFound):
        residents.cancel_own(person_id=other.pk, booking_id=booking_id)
    assert slots_of(session)[0].taken == 1


def test_seats_kept_for_others_cannot_be_taken_online(site: Site) -> None:
    session = open_session(site, seats=2, offline_percent=50)
    one, other = people(2)
    slot = slots_of(session)[0]
    residents.book_own(person_id=one.pk, slot_id=slot.pk)
    with pytest.raises(refusals.OnlineFull):
        residents.book_own(person_id=other.pk, slot_id=slot.pk)
    actions.book(by=DESK, person_id=other.pk, slot_id=slot.pk)
    assert slots_of(session)[0].taken == 2


def test_whoever_missed_places_cannot_book_online(site: Site) -> None:
    (person,) = people(1)
    for day in (0, 1):
        start = MORNING + timedelta(days=day)
        session = open_session(site, from_at=start, until_at=start + timedelta(hours=2))
        residents.book_own(person_id=person.pk, slot_id=slots_of(session)[0].pk)
        with clock.at(start + timedelta(hours=1)):
            actions.sweep(by=DESK, site_id=site.pk)
    start = MORNING + timedelta(days=3)
    session = open_session(site, from_at=start, until_at=start + timedelta(hours=2))
    with clock.at(MORNING + timedelta(days=2)), pytest.raises(refusals.Barred):
        residents.book_own(person_id=person.pk, slot_id=slots_of(session)[0].pk)
    assert Booking.objects.unscoped(campaign.ALL).filter(state="booked").count() == 0


def test_the_second_dose_is_proposed_in_its_window(site: Site) -> None:
    from datetime import date

    from yingjie.doses import actions as doses

    (person,) = people(1)
    doses.record(
        by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=1,
        given_at=campaign.NOON - timedelta(days=14), site_id=site.pk, lot_number="L1", expires_on=campaign.EXPIRY,
        vial_code=campaign.trace_code(1), given_by="t",
    )  # fmt: skip
    early = open_session(site)
    due = open_session(
        site, from_at=MORNING + timedelta(days=6), until_at=MORNING + timedelta(days=6, hours=1)
    )
    found = proposals.proposals(person.pk, online=True)
    assert found.due.number == 2
    assert {each.on for each in found.times} == {date(2021, 5, 26)}
    assert len(found.times) == 2
    with pytest.raises(refusals.NotDueThen) as refused:
        residents.book_own(person_id=person.pk, slot_id=slots_of(early)[0].pk)
    assert refused.value.facts["earliest_on"] == date(2021, 5, 26)
    residents.book_own(person_id=person.pk, slot_id=slots_of(due)[0].pk)
    assert Booking.objects.unscoped(campaign.ALL).get().number == 2


def test_the_feed_names_sites_and_free_places_and_nobody(site: Site, session: Session) -> None:
    (person,) = people(1)
    residents.book_own(person_id=person.pk, slot_id=slots_of(session)[0].pk)
    found = feed.feed()
    (only,) = found["sites"]
    (shown,) = only["sessions"]
    assert (only["code"], shown["from"]) == ("S1", "2021-05-20T08:00:00+08:00")
    assert [slot["free"] for slot in shown["slots"]] == [2, 3, 3, 3]
    assert str(person.pk) not in json.dumps(found)
