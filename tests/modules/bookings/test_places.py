"""Sessions, places, moving, giving up, coming."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.modules import campaign
from tests.modules.bookings.conftest import DESK, LEAD, MORNING, OFFICER, open_session, people, slots_of
from yingjie.areas import unit_actions
from yingjie.bookings import actions, queries, refusals, session_actions, supply
from yingjie.bookings.models import Booking, Session, Slot
from yingjie.bookings.proposals import proposals
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people import unit_actions as staff
from yingjie.sites.models import Site
from yingjie.stock import actions as stock
from yingjie.stock.models import Lot


def bookings() -> list[Booking]:
    return list(Booking.objects.unscoped(campaign.ALL).order_by("booked_at", "pk"))


def test_a_session_has_its_times_of_arrival(session: Session) -> None:
    assert [(slot.seats, slot.online_seats) for slot in slots_of(session)] == [(3, 3)] * 4
    assert [f"{slot.at.astimezone(clock.CAMPAIGN_ZONE):%H:%M}" for slot in slots_of(session)] == [
        "08:00",
        "08:30",
        "09:00",
        "09:30",
    ]
    assert (session.places, session.taken) == (12, 0)


def test_a_night_session_crosses_midnight(site: Site) -> None:
    night = open_session(site, from_at=MORNING + timedelta(hours=14), until_at=MORNING + timedelta(hours=19))
    last = slots_of(night)[-1]
    (person,) = people(1)
    booking_id = actions.book(by=DESK, person_id=person.pk, slot_id=last.pk)
    row = Booking.objects.unscoped(campaign.ALL).get(pk=booking_id)
    assert (str(night.on), str(row.on)) == ("2021-05-20", "2021-05-21")


def test_a_share_of_the_seats_cannot_be_taken_online(site: Site) -> None:
    session = open_session(site, seats=10, offline_percent=25)
    assert {slot.online_seats for slot in slots_of(session)} == {7}


def test_a_place_is_given_and_counted(session: Session) -> None:
    (person,) = people(1)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    (row,) = bookings()
    assert (row.state, row.number, row.channel, str(row.on)) == ("booked", 1, "desk", "2021-05-20")
    assert slots_of(session)[0].taken == 1
    session.refresh_from_db()
    assert session.taken == 1


def test_a_village_officer_books_their_own_people_only(session: Session) -> None:
    (own,) = people(1)
    (other,) = people(1, first=9, area=campaign.OTHER_VILLAGE)
    actions.book(by=OFFICER, person_id=own.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(NotAllowed):
        actions.book(by=OFFICER, person_id=other.pk, slot_id=slots_of(session)[0].pk)
    assert len(bookings()) == 1


def test_the_fourth_person_does_not_fit(session: Session) -> None:
    slot = slots_of(session)[0]
    for person in people(3):
        actions.book(by=DESK, person_id=person.pk, slot_id=slot.pk)
    (late,) = people(1, first=9)
    with pytest.raises(refusals.SlotFull) as refused:
        actions.book(by=DESK, person_id=late.pk, slot_id=slot.pk)
    assert refused.value.facts == {"time": "08:00"}
    assert len(bookings()) == 3


def test_no_more_places_than_doses(site: Site) -> None:
    stock.hold(by=LEAD, site_id=site.pk, lot_id=_lot(site), doses=48, reason="fridge")
    session = open_session(site)
    assert session.places == 2
    for person in people(2):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    (late,) = people(1, first=9)
    with pytest.raises(refusals.NoDoses):
        actions.book(by=DESK, person_id=late.pk, slot_id=slots_of(session)[1].pk)
    assert len(bookings()) == 2


def test_a_promise_stands_when_doses_are_held(site: Site) -> None:
    session = open_session(site)
    for person in people(2):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    stock.hold(by=LEAD, site_id=site.pk, lot_id=_lot(site), doses=49, reason="fridge")
    supply.recount(site.pk)
    session.refresh_from_db()
    counted = supply.DosesCounted.objects.unscoped(campaign.ALL).get(site=site)
    assert (session.places, session.taken, counted.short, counted.on_hand) == (2, 2, 1, 1)


def test_the_earlier_session_gets_doses_first(site: Site) -> None:
    stock.hold(by=LEAD, site_id=site.pk, lot_id=_lot(site), doses=35, reason="fridge")
    later = open_session(
        site, from_at=MORNING + timedelta(days=1), until_at=MORNING + timedelta(days=1, hours=2)
    )
    assert later.places == 12
    earlier = open_session(site)
    later.refresh_from_db()
    assert (earlier.places, later.places) == (12, 3)


def test_a_site_that_is_not_ready_opens_no_session(site: Site) -> None:
    bare = campaign.site("S2")
    with pytest.raises(Refusal) as refused:
        open_session(bare)
    assert refused.value.code == "sites.not_ready"
    assert Session.objects.unscoped(campaign.ALL).count() == 0


def test_one_live_booking_per_dose(session: Session) -> None:
    (person,) = people(1)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(refusals.AlreadyBooked) as refused:
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[1].pk)
    assert str(refused.value.facts["on"]) == "2021-05-20"
    assert [slot.taken for slot in slots_of(session)] == [1, 0, 0, 0]


def test_a_place_is_moved(session: Session) -> None:
    (person,) = people(1)
    first, second, *_rest = slots_of(session)
    booking_id = actions.book(by=DESK, person_id=person.pk, slot_id=first.pk)
    actions.move(by=DESK, booking_id=booking_id, slot_id=second.pk)
    assert sorted(row.state for row in bookings()) == ["booked", "moved"]
    assert [slot.taken for slot in slots_of(session)] == [0, 1, 0, 0]


def test_moving_to_a_full_time_leaves_the_old_place(session: Session) -> None:
    first, second, *_rest = slots_of(session)
    for person in people(3):
        actions.book(by=DESK, person_id=person.pk, slot_id=second.pk)
    (mover,) = people(1, first=9)
    booking_id = actions.book(by=DESK, person_id=mover.pk, slot_id=first.pk)
    with pytest.raises(refusals.SlotFull):
        actions.move(by=DESK, booking_id=booking_id, slot_id=second.pk)
    assert Booking.objects.unscoped(campaign.ALL).get(pk=booking_id).state == "booked"
    assert [slot.taken for slot in slots_of(session)] == [1, 3, 0, 0]


def test_a_place_given_up_is_free_again(session: Session) -> None:
    (person,) = people(1)
    booking_id = actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    actions.cancel(by=DESK, booking_id=booking_id)
    assert [slot.taken for slot in slots_of(session)] == [0, 0, 0, 0]
    with pytest.raises(refusals.NoBooking):
        actions.cancel(by=DESK, booking_id=booking_id)


def test_somebody_else_s_booking_is_not_found(session: Session) -> None:
    (person,) = people(1, area=campaign.OTHER_VILLAGE)
    booking_id = actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(NotFound):
        actions.cancel(by=OFFICER, booking_id=booking_id)
    assert bookings()[0].state == "booked"


def test_a_time_that_is_over_is_refused(session: Session) -> None:
    (person,) = people(1)
    with clock.at(MORNING + timedelta(hours=1)), pytest.raises(refusals.SlotOver):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)


def test_a_special_session_is_for_its_village(site: Site) -> None:
    session = open_session(site, kind="special", area_code=campaign.VILLAGE)
    (own,) = people(1)
    (other,) = people(1, first=9, area=campaign.OTHER_VILLAGE)
    actions.book(by=DESK, person_id=own.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(refusals.NotForYou):
        actions.book(by=DESK, person_id=other.pk, slot_id=slots_of(session)[0].pk)
    assert {slot.online_seats for slot in slots_of(session)} == {0}


def test_a_special_session_of_a_unit_is_for_its_people_on_the_day(site: Site) -> None:
    unit = unit_actions.open_unit(
        by=campaign.maker, area_code=campaign.VILLAGE, name="纺织厂", kind="other", line=""
    )
    session = open_session(site, kind="special", unit_id=unit.pk)
    slot = slots_of(session)[0]
    works, left, neighbour = people(3)
    for one in (works, left):
        staff.employ(by=campaign.maker, person_id=one.pk, unit_id=unit.pk, from_on=date(2021, 1, 4))
    staff.end_employment(by=campaign.maker, person_id=left.pk, unit_id=unit.pk, on=campaign.TODAY)
    actions.book(by=DESK, person_id=works.pk, slot_id=slot.pk)
    for one in (left, neighbour):
        with pytest.raises(refusals.NotOfUnit) as refused:
            actions.book(by=DESK, person_id=one.pk, slot_id=slot.pk)
        assert "纺织厂" in refused.value.say_reason()
    ordinary = open_session(site)
    held = actions.book(by=DESK, person_id=neighbour.pk, slot_id=slots_of(ordinary)[0].pk)
    with pytest.raises(refusals.NotOfUnit):
        actions.move(by=DESK, booking_id=held, slot_id=slot.pk)
    assert {row.person_id for row in bookings() if row.session_id == session.pk} == {works.pk}
    assert [row.state for row in bookings() if row.person_id == neighbour.pk] == ["booked"]
    seen = {
        one.pk: {time.slot.session_id for time in proposals(one.pk, online=False).times}
        for one in (works, left)
    }
    assert seen[left.pk] == {ordinary.pk}


def test_two_ordinary_sessions_do_not_overlap(session: Session, site: Site) -> None:
    with pytest.raises(refusals.SessionOverlaps):
        open_session(site, from_at=MORNING + timedelta(hours=1), until_at=MORNING + timedelta(hours=3))
    assert Session.objects.unscoped(campaign.ALL).count() == 1


def test_a_cancelled_session_takes_its_bookings_with_it(session: Session) -> None:
    for person in people(2):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    assert session_actions.cancel_session(by=LEAD, session_id=session.pk, because="power cut") == 2
    assert {(row.state, row.because) for row in bookings()} == {("cancelled", "power cut")}
    session.refresh_from_db()
    assert (session.taken, [slot.taken for slot in slots_of(session)]) == (0, [0, 0, 0, 0])
    (late,) = people(1, first=9)
    with pytest.raises(refusals.SessionClosed):
        actions.book(by=DESK, person_id=late.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(refusals.SessionClosed):
        session_actions.cancel_session(by=LEAD, session_id=session.pk, because="again")


def test_seats_cannot_fall_below_what_is_taken(session: Session) -> None:
    for person in people(3):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(refusals.SeatsTaken):
        session_actions.change_seats(by=LEAD, session_id=session.pk, seats=2)
    session_actions.change_seats(by=LEAD, session_id=session.pk, seats=4)
    assert [slot.seats for slot in slots_of(session)] == [4, 4, 4, 4]


def test_who_is_expected_comes(session: Session, site: Site) -> None:
    (person,) = people(1)
    booking_id = actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    with clock.at(MORNING):
        (expected,) = queries.expected_today(DESK, site.pk)
        assert (expected.name, expected.number) == ("甲二", 1)
        came = actions.arrive(by=DESK, site_id=site.pk, person_id=person.pk)
        assert (came.kind, came.booking_id) == ("as_booked", booking_id)
        assert actions.arrive(by=DESK, site_id=site.pk, person_id=person.pk) == came
        assert queries.expected_today(DESK, site.pk) == []


def test_who_comes_unlisted_is_recorded(site: Site) -> None:
    (person,) = people(1)
    came = actions.arrive(by=DESK, site_id=site.pk, person_id=person.pk)
    (row,) = bookings()
    assert (came.kind, row.channel, row.state, row.slot_id) == ("unlisted", "walk_in", "attended", None)


def test_who_comes_on_another_day_gives_the_place_back(session: Session, site: Site) -> None:
    (person,) = people(1)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    came = actions.arrive(by=DESK, site_id=site.pk, person_id=person.pk)
    assert came.kind == "other_day"
    assert sorted(row.state for row in bookings()) == ["attended", "moved"]
    assert slots_of(session)[0].taken == 0


def test_late_places_go_to_the_times_to_come(session: Session, site: Site) -> None:
    for person in people(2):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    with clock.at(MORNING + timedelta(minutes=31)):
        assert actions.sweep(by=DESK, site_id=site.pk) == 2
        assert actions.sweep(by=DESK, site_id=site.pk) == 0
        assert {row.state for row in bookings()} == {"missed"}
        assert [slot.extra for slot in slots_of(session)] == [0, 2, 0, 0]
        came = actions.arrive(by=DESK, site_id=site.pk, person_id=bookings()[0].person_id)
    assert came.kind == "as_booked"


def test_the_hourly_sweep_releases_late_places(session: Session) -> None:
    from yingjie.bookings import jobs

    (person,) = people(1)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    assert jobs.sweep_places() == 0
    with clock.at(MORNING + timedelta(minutes=31)):
        assert jobs.sweep_places() == 1
        assert jobs.sweep_places() == 0
        assert jobs.forget_codes() == 0


def test_whoever_missed_twice_is_barred_for_a_while(site: Site) -> None:
    (person,) = people(1)
    for day in (0, 1):
        start = MORNING + timedelta(days=day)
        session = open_session(site, from_at=start, until_at=start + timedelta(hours=2))
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[0].pk)
        with clock.at(start + timedelta(hours=1)):
            actions.sweep(by=DESK, site_id=site.pk)
    with clock.at(MORNING + timedelta(days=2)), pytest.raises(refusals.Barred) as refused:
        actions.must_not_be_barred(person.pk)
    assert (refused.value.facts["misses"], str(refused.value.facts["until"])) == (2, "2021-06-04")
    with clock.at(MORNING + timedelta(days=20)):
        actions.must_not_be_barred(person.pk)


def test_a_child_too_young_is_not_offered(session: Session) -> None:
    from datetime import date

    child = campaign.person(7, birth_on=date(2020, 1, 1))
    with pytest.raises(Refusal) as refused:
        actions.book(by=DESK, person_id=child.pk, slot_id=slots_of(session)[0].pk)
    assert refused.value.code == "bookings.not_due"
    assert bookings() == []


def test_counters_never_disagree_with_rows(session: Session, site: Site) -> None:
    ids = [
        actions.book(by=DESK, person_id=person.pk, slot_id=slot.pk)
        for person, slot in zip(people(4), slots_of(session), strict=True)
    ]
    actions.move(by=DESK, booking_id=ids[0], slot_id=slots_of(session)[3].pk)
    actions.cancel(by=DESK, booking_id=ids[1])
    for slot in Slot.objects.unscoped(campaign.ALL).filter(session=session):
        held = [
            row
            for row in bookings()
            if row.slot_id == slot.pk and row.state in ("booked", "attended", "missed")
        ]
        assert slot.taken == len(held)
    session.refresh_from_db()
    assert session.taken == 3


def _lot(site: Site) -> object:
    return Lot.objects.get(number="L1").pk
