"""A random story of a site: sessions opened, places taken by first and later doses, vaccine held, days that pass, counts anew.
After every step the counters are what the rows say, and no dose is promised or held back twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, LEAD, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings import session_actions, supply, ticket_actions
from yingjie.bookings.models import Booking, DosesCounted, Session
from yingjie.doses import actions as doses
from yingjie.foundation import clock
from yingjie.foundation.refusals import Refusal
from yingjie.plans import later_doses
from yingjie.sites.models import Site
from yingjie.stock import actions as stock
from yingjie.stock.models import Lot

STEPS = 70


class Story:
    """What may happen, at random."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.chance, self.now = site, random.Random(seed), campaign.NOON
        self.new = [campaign.person(serial) for serial in range(1, 21)]
        self.waiting = [campaign.person(serial) for serial in range(51, 71)]
        for serial, person in enumerate(self.waiting):
            doses.record(
                by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=1,
                given_at=campaign.NOON - timedelta(days=self.chance.randint(5, 40)), site_id=site.pk, lot_number="L0",
                expires_on=campaign.EXPIRY, vial_code=campaign.trace_code(1000 + serial), given_by="甲护士",
            )  # fmt: skip
        self.sessions: list[Session] = []

    def step(self) -> None:
        verbs: list[Callable[[], Any]] = [
            self.open, self.book, self.book, self.book, self.book, self.move, self.cancel, self.hold, self.decide, self.pass_time,
            lambda: later_doses.reckon(by=COUNTY, county="110117"),
            lambda: ticket_actions.give_ticket(by=LEAD, site_id=self.site.pk, person_id=self.anybody()),
        ]  # fmt: skip
        with suppress(Refusal):  # a wish that cannot be met is part of the story
            self.chance.choice(verbs)()

    def anybody(self) -> Any:
        return self.chance.choice(self.chance.choice([self.new, self.waiting])).pk

    def open(self) -> None:
        begins = self.now.replace(hour=1, minute=0) + timedelta(days=self.chance.randint(0, 25))
        made = session_actions.open_session(
            by=LEAD, site_id=self.site.pk, from_at=begins, until_at=begins + timedelta(hours=1), products=[campaign.BIBP],
            minutes=30, seats=self.chance.randint(1, 6), offline_percent=0,
        )  # fmt: skip
        self.sessions.append(made)

    def slot(self) -> Any:
        return self.chance.choice(slots_of(self.chance.choice(self.sessions))).pk

    def book(self) -> None:
        if self.sessions:
            bookings.book(by=LEAD, person_id=self.anybody(), slot_id=self.slot())

    def held(self) -> Any:
        rows = list(Booking.objects.unscoped(campaign.ALL).filter(state="booked").order_by("booked_at", "pk"))
        return self.chance.choice(rows).pk if rows else None

    def move(self) -> None:
        if held := self.held():
            bookings.move(by=LEAD, booking_id=held, slot_id=self.slot())

    def cancel(self) -> None:
        if held := self.held():
            bookings.cancel(by=LEAD, booking_id=held)

    def hold(self) -> None:
        lot = Lot.objects.get()
        stock.hold(
            by=LEAD, site_id=self.site.pk, lot_id=lot.pk, doses=self.chance.randint(1, 8), reason="fridge"
        )

    def decide(self) -> None:
        later_doses.hold_at_most(by=COUNTY, county="110117", percent=self.chance.choice([0, 30, 80, 100]))

    def pass_time(self) -> None:
        self.now += self.chance.choice([timedelta(minutes=20), timedelta(minutes=2), timedelta(days=1)])


def must_add_up(site: Site) -> None:
    counted = DosesCounted.objects.unscoped(campaign.ALL).get(site_id=site.pk)
    rows = list(Session.objects.unscoped(campaign.ALL).filter(state="open", until_at__gt=clock.now()))
    for row in rows:
        held = Booking.objects.unscoped(campaign.ALL).filter(
            session_id=row.pk, state__in=("booked", "attended")
        )
        assert row.taken == held.count() <= row.places and row.kept <= row.places - row.taken
    more, kept = sum(row.places - row.taken for row in rows), sum(row.kept for row in rows)
    free = counted.on_hand + counted.on_their_way - (counted.promised - counted.short)
    assert kept <= counted.kept and more + counted.kept - kept <= free


@pytest.mark.parametrize("seed", [1, 2])
def test_no_dose_is_promised_or_held_back_twice(site: Site, seed: int) -> None:
    story = Story(site, seed)
    for _step in range(STEPS):
        with clock.at(story.now):
            story.step()
            supply.recount(site.pk)
            must_add_up(site)
    assert story.sessions and Booking.objects.unscoped(campaign.ALL).exists()
