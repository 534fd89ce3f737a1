"""Many at once for few places, against a real PostgreSQL: nothing is sold twice, and every caller gets one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.concurrency.together import at_once
from tests.modules import campaign
from tests.modules.bookings.conftest import DESK, LEAD, open_session, people, slots_of
from yingjie.bookings import actions, residents, seats, session_actions, supply
from yingjie.bookings.batching import Combiner
from yingjie.bookings.models import Booking, Session, Slot
from yingjie.bookings.seats import Wanted
from yingjie.foundation import clock
from yingjie.foundation.refusals import Refusal
from yingjie.sites.models import Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with clock.at(campaign.NOON):
        campaign.tree()
        found = campaign.make_ready(campaign.site())
        campaign.lot(found, doses=50)
        yield found


def audited(session: Session) -> int:
    """How many live bookings there are; counters, rows and people agree."""
    rows = list(Booking.objects.unscoped(campaign.ALL).filter(session_id=session.pk, state="booked"))
    by_slot = Counter(row.slot_id for row in rows)
    for slot in Slot.objects.unscoped(campaign.ALL).filter(session=session):
        assert slot.taken == by_slot[slot.pk] <= slot.seats + slot.extra
    session.refresh_from_db()
    assert session.taken == len(rows) <= session.places
    assert len({row.person_id for row in rows}) == len(rows)
    return len(rows)


def test_sixteen_people_for_three_seats(site: Site) -> None:
    session = open_session(site)
    slot = slots_of(session)[0]
    everybody = people(16)
    outcomes = at_once(
        [lambda who=who: actions.book(by=DESK, person_id=who.pk, slot_id=slot.pk) for who in everybody]
    )
    assert sum(isinstance(outcome, UUID) for outcome in outcomes) == 3
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"bookings.full"}
    assert audited(session) == 3


def test_one_person_asks_sixteen_times(site: Site) -> None:
    session = open_session(site, seats=9)
    (who,) = people(1)
    jobs = [
        lambda slot=slot: actions.book(by=DESK, person_id=who.pk, slot_id=slot.pk)
        for slot in slots_of(session) * 4
    ]
    outcomes = at_once(jobs)
    assert sum(isinstance(outcome, UUID) for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"bookings.already"}
    assert audited(session) == 1


def test_batches_and_single_wishes_race_for_the_last_doses(site: Site) -> None:
    """Twelve seats at four times, five doses: whoever wins, five places are given."""
    session = open_session(site)
    Session.objects.unscoped(campaign.ALL).filter(pk=session.pk).update(places=5)
    everybody, slots = people(16), slots_of(session)

    def wanted(nth: int, who: Any) -> Wanted:
        return Wanted(uuid4(), who.pk, 1, session.pk, slots[nth % 4].pk, "online" if nth % 2 else "desk", "t")

    jobs: list[Callable[[], Any]] = []
    for start in range(0, 16, 4):
        batch = [wanted(start + nth, who) for nth, who in enumerate(everybody[start : start + 4])]
        jobs.append(lambda batch=batch: seats.take(batch, clock.now()))
        jobs += [lambda one=one: seats.take([one], clock.now()) for one in batch[:2]]
    outcomes = at_once(jobs)
    answers = Counter(answer for outcome in outcomes for answer in outcome.values())
    assert answers["taken"] == 5
    assert sum(answers.values()) == 24
    assert audited(session) == 5


def test_first_and_later_doses_race_for_places_some_of_which_are_kept(site: Site) -> None:
    """Twelve places, five of them kept: first doses get seven at most, later doses never less than five, nobody a thirteenth."""
    session = open_session(site, seats=9)
    Session.objects.unscoped(campaign.ALL).filter(pk=session.pk).update(places=12, kept=5)
    slots = slots_of(session)
    asked = {
        number: [
            Wanted(uuid4(), who.pk, number, session.pk, slots[nth % 4].pk, "desk", "t")
            for nth, who in enumerate(people(many, first=first))
        ]
        for number, many, first in ((1, 14, 1), (2, 6, 21))
    }
    mixed = [*asked[1][:4], *asked[2][:3], *asked[1][4:8]]
    jobs: list[Callable[[], Any]] = [lambda: seats.take(mixed, clock.now())]
    jobs += [lambda one=one: seats.take([one], clock.now()) for one in [*asked[1][8:], *asked[2][3:]]]
    answers = {key: answer for outcome in at_once(jobs) for key, answer in outcome.items()}
    got = {number: sum(answers[one.id] == "taken" for one in rows) for number, rows in asked.items()}
    assert got[1] + got[2] == audited(session) == 12 and got[1] <= 7 and got[2] >= 5
    assert session.kept == max(0, 5 - got[2])


def test_places_given_while_others_are_given_back_and_moved(site: Site) -> None:
    session = open_session(site)
    first, second, third, _fourth = slots_of(session)
    everybody = people(9)
    held = [actions.book(by=DESK, person_id=who.pk, slot_id=first.pk) for who in everybody[:3]]
    jobs: list[Callable[[], Any]] = [
        lambda: actions.cancel(by=DESK, booking_id=held[0]),
        lambda: actions.move(by=DESK, booking_id=held[1], slot_id=second.pk),
        lambda: actions.move(by=DESK, booking_id=held[2], slot_id=third.pk),
        *[
            lambda who=who: actions.book(by=DESK, person_id=who.pk, slot_id=second.pk)
            for who in everybody[3:]
        ],
    ]
    at_once(jobs)
    taken = {slot.pk: slot.taken for slot in slots_of(session)}
    assert taken[second.pk] == 3
    audited(session)


def test_a_session_is_cancelled_under_load(site: Site) -> None:
    session = open_session(site)
    jobs: list[Callable[[], Any]] = [
        lambda who=who, nth=nth: actions.book(
            by=DESK, person_id=who.pk, slot_id=slots_of(session)[nth % 4].pk
        )
        for nth, who in enumerate(people(8))
    ]
    jobs.append(lambda: session_actions.cancel_session(by=LEAD, session_id=session.pk, because="storm"))
    at_once(jobs)
    rows = Booking.objects.unscoped(campaign.ALL).filter(session_id=session.pk)
    assert set(rows.values_list("state", flat=True)) <= {"cancelled"}


def test_doses_are_shared_out_while_places_are_taken(site: Site) -> None:
    """Fifty doses, two sessions of 24 seats: a count in between never lets more be promised than there is."""
    session = open_session(site, seats=6)
    hours = timedelta(hours=2)
    other = open_session(site, seats=6, from_at=session.until_at, until_at=session.until_at + hours)
    jobs: list[Callable[[], Any]] = [
        lambda who=who, to=to: actions.book(by=DESK, person_id=who.pk, slot_id=slots_of(to)[0].pk)
        for who, to in zip(people(16), [session, other] * 8, strict=True)
    ]
    jobs += [lambda: supply.recount(site.pk) for _nth in range(4)]
    at_once(jobs)
    assert audited(session) + audited(other) == 12
    supply.recount(site.pk)
    session.refresh_from_db()
    other.refresh_from_db()
    assert (session.places, other.places) == (24, 24)


def test_a_burst_of_residents_is_taken_together(site: Site) -> None:
    """Twenty-four at once for three seats, through the combining of requests: three places, one answer each."""
    session = open_session(site, offline_percent=0)
    slot = slots_of(session)[0]
    everybody = people(24)
    outcomes = at_once(
        [lambda who=who: residents.book_own(person_id=who.pk, slot_id=slot.pk) for who in everybody]
    )
    assert sum(isinstance(outcome, UUID) for outcome in outcomes) == 3
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"bookings.full"}
    assert audited(session) == 3


def test_a_batch_that_fails_tells_everybody_and_the_next_one_works() -> None:
    def run(items: Any) -> list[int]:
        if 13 in items:
            raise ValueError("unlucky")
        return [item * 2 for item in items]

    together: Combiner[int, int] = Combiner(run)
    with pytest.raises(ValueError, match="unlucky"):
        together.ask(13)
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(together.ask, range(12))) == [each * 2 for each in range(12)]
