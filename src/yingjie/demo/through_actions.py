"""The honest road of the demo county into the database: every fact through the product's own action, at its own moment.

Slow (some 50 milliseconds a fact), and so for very small counties: it says what the fast road must come to. Whoever acts
holds the role that the act needs, on their own village or site, so nothing here is allowed that is not allowed to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from yingjie.areas import actions as areas
from yingjie.clinic import actions as clinic
from yingjie.clinic import consenting
from yingjie.clinic.workflow import CHECKS
from yingjie.demo import accounts, site_papers, supply, timeline
from yingjie.demo.history import Campaign, DemoSite, Vaccinated
from yingjie.demo.supply import Received, codes_of
from yingjie.demo.timeline import Day, SiteVisit
from yingjie.demo.visits import Attempted
from yingjie.doses import actions as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.ids import uuid7
from yingjie.outreach import actions as outreach
from yingjie.people import actions as people
from yingjie.people.queries import briefs
from yingjie.stock import actions as stock

Event = tuple[datetime, int, int, Callable[[], Any]]
"""When, what kind comes first at one moment, whom it concerns, the act."""
RECEIVED, REGISTERED, GIVEN, ATTEMPTED, LEFT = range(5)


def load(
    *, by: Actor, told: Campaign, now: datetime, sites: dict[str, UUID], tell: Callable[[float], None]
) -> None:
    """The same as `in_bulk.load`, and the same rows; call it inside a transaction."""
    with clock.at(timeline.beginning(told)):
        for village in told.county.villages:
            for grid in village.grids:
                areas.add_local(by=by, parent_code=village.code, name=grid.name)
    story = _Story(told, sites, _people(told, now))
    last = (told.county.today - told.began_on).days
    for day in timeline.days(told, now):
        for at, _kind, _person, act in sorted(story.events(day), key=lambda event: event[:3]):
            with clock.at(at):
                act()
        tell((day.on - told.began_on).days / last)


def _people(told: Campaign, now: datetime) -> dict[int, UUID]:
    found: dict[int, UUID] = {}
    for village in told.county.villages:
        officer = told.officers[village.code][0]
        actor = Actor(officer.code, (Held("village_officer", village.code),), title=officer.name)
        homes = zip(told.county.households_of(village), timeline.household_ids(told, village), strict=False)
        for person, household_id in ((person, key) for home, key in homes for person in home.people):
            on = timeline.registered_on(told, person)
            with clock.at(min(now, datetime.combine(on, timeline.beginning(told).timetz()))):
                entered = people.register(
                    by=actor, area_code=person.grid_code, name=person.name, sex=person.sex, birth_on=person.birth_on,
                    number=person.identity_number, phones=(person.phone,) if person.phone else (),
                    household_id=household_id, household_role=person.relation, address=person.address,
                    registered_on=on, source=timeline.SOURCE,
                )  # fmt: skip
            found[person.ordinal] = entered.pk
    return found


class _Story:
    """Days as acts in the order of time."""

    def __init__(self, told: Campaign, site_ids: dict[str, UUID], person_ids: dict[int, UUID]) -> None:
        self.site_ids, self.person_ids = site_ids, person_ids
        self._sites = {site.code: site for site in told.sites}
        self._nurses = timeline.vaccinator_names(told.sites)
        self._officers = timeline.officer_names(told)
        self._visit_ids: dict[int, UUID] = {}

    def events(self, day: Day) -> Iterator[Event]:
        for received in day.received:
            yield received.at, RECEIVED, 0, partial(self._receive, received)
        for dose in day.alone:
            yield dose.at, GIVEN, dose.person, partial(self._record, dose)
        for visit in day.visits:
            yield visit.registered_at, REGISTERED, visit.person, partial(self._register, visit)
            if visit.dose:
                yield visit.dose.at, GIVEN, visit.person, partial(self._vaccinate, visit.dose)
            if visit.left_at:
                yield visit.left_at, LEFT, visit.person, partial(self._leave, visit)
        for attempt in day.attempts:
            yield attempt.at, ATTEMPTED, attempt.person, partial(self._attempt, attempt)

    def _receive(self, came: Received) -> None:
        stock.receive(
            by=self._at(
                came.site_code, timeline.keeper(came.site_code), "store_keeper", accounts.name_of("store")
            ),
            site_id=self.site_ids[came.site_code], product_code=came.product_code, lot_number=came.lot_number,
            expires_on=came.expires_on, doses=came.vials, codes=tuple(codes_of(came)),
            transport=supply.transport(came),
        )  # fmt: skip

    def _register(self, visit: SiteVisit) -> None:
        """From the entrance to the needle's waiting place."""
        desk = self._at(visit.site_code, timeline.registrar(visit.site_code), "registrar")
        made = clinic.admit(
            by=desk, site_id=self.site_ids[visit.site_code], person_id=self.person_ids[visit.person],
            temperature=site_papers.TEMPERATURE, zone=timeline.zone_of(visit.number),
        )  # fmt: skip
        doctor = self._at(visit.site_code, timeline.screener(visit.site_code), "screening_doctor")
        text = consenting.current_text(visit.product_code).version
        who = briefs({made.person_id})[made.person_id]
        clinic.consent(
            by=desk,
            visit_id=made.pk,
            product_code=visit.product_code,
            text=text,
            signed=site_papers.signed(who.age),
        )
        answers = site_papers.nothing_to_say(who.sex, who.age, visit.product_code, made.on)
        clinic.screen(by=doctor, visit_id=made.pk, answers=answers)
        self._visit_ids[visit.person] = made.pk

    def _vaccinate(self, given: Vaccinated) -> None:
        visit_id, nurse = self._visit_ids[given.person], self._nurse(given)
        clinic.verify(by=nurse, visit_id=visit_id, vial_code=given.code, checks=dict.fromkeys(CHECKS, True))
        clinic.vaccinate(by=nurse, visit_id=visit_id)

    def _leave(self, visit: SiteVisit) -> None:
        observer = self._at(visit.site_code, timeline.observer(visit.site_code), "observer")
        clinic.leave(by=observer, visit_id=self._visit_ids[visit.person])

    def _record(self, given: Vaccinated) -> None:
        """A dose that no desk would have let through: a fact, so it goes on record and the vial is used up."""
        nurse, site_id, dose_id = self._nurse(given), self.site_ids[given.site_code], uuid7()
        taken = stock.take(
            by=nurse, site_id=site_id, vial_code=given.code, dose_id=dose_id, on=given.at.date()
        )
        doses.record(
            by=nurse, person_id=self.person_ids[given.person], product_code=taken.product_code, number=given.dose_number,
            given_at=given.at, site_id=site_id, lot_number=taken.lot_number, expires_on=taken.expires_on,
            vial_code=taken.vial_code, given_by=nurse.title, dose_id=dose_id,
        )  # fmt: skip

    def _attempt(self, attempt: Attempted) -> None:
        code = attempt.officer_code
        officer = Actor(code, (Held("village_officer", code.partition("-")[0]),), title=self._officers[code])
        outreach.record_attempt(
            by=officer,
            person_id=self.person_ids[attempt.person],
            outcome=attempt.outcome,
            reason=attempt.reason,
        )

    def _nurse(self, given: Vaccinated) -> Actor:
        code = given.vaccinator_code
        return self._at(given.site_code, code.lower(), "vaccinator", self._nurses[code])

    def _at(self, site_code: str, name: str, role: str, title: str = "") -> Actor:
        site: DemoSite = self._sites[site_code]
        return Actor(name, (Held(role, site.area_code, self.site_ids[site_code]),), title=title)
