"""The fast road of the demo county into the database: COPY in batches, the rows that the real actions would have written.

`tests/modules/demo/test_loading.py` loads one small county by this road and by `through_actions` and finds every table
equal, apart from identifiers, ciphertexts and the journal. Here the journal gets one entry a kind ("demo.people",
"demo.stock", "demo.visits", "demo.doses", "demo.attempts") with how many there are; the actions write one each.

People enter through the ledger's own loader, standings are judged by the doses module's own rebuild. Every identifier comes
from the seed. Memory holds some 25 bytes a person, a byte a vial, and one day of the campaign.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db import connection, models

from yingjie.areas.actions import reading
from yingjie.areas.models import Area
from yingjie.bookings.models import Booking
from yingjie.clinic.models import Consent, Screening, SiteDay, Visit
from yingjie.demo import accounts, timeline
from yingjie.demo.copying import Ids, Table
from yingjie.demo.history import Campaign, Vaccinated
from yingjie.demo.refusals import LedgerInUse
from yingjie.demo.supply import Received, serial_of, transport, vial_code
from yingjie.demo.timeline import Day, SiteVisit
from yingjie.demo.visit_rows import Visitor, VisitTables
from yingjie.doses.actions import rebuild_standings
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.outreach.models import Attempt
from yingjie.people import loading as ledger
from yingjie.people.models import DocumentKey, IdentityDocument, Person, Phone
from yingjie.people.queries import age_on
from yingjie.stock.models import Balance, Lot, Movement, Receipt, Vial
from yingjie.vaccines.queries import CAMPAIGN_GROUP

Tell = Callable[[float], None]
"""Called with the share that is done, 0 to 1."""
PEOPLE_AT_ONCE = 5_000
_SHARES = {"people": 0.55, "days": 0.25, "standings": 0.20}


def load(*, by: Actor, told: Campaign, now: datetime, sites: dict[str, UUID], tell: Tell) -> None:
    """Grids, people, stock, visits, doses and attempts of a campaign up to `now`; call it inside a transaction.

    `sites`: site code → id, opened before. Raises LedgerInUse where one of the invented numbers is already in the ledger.
    """
    _grids(told)
    people = _people(by, told, now, lambda share: tell(share * _SHARES["people"]))
    story = _Story(told, sites, people)
    last = (told.county.today - told.began_on).days
    for day in timeline.days(told, now):
        story.write(day)
        tell(_SHARES["people"] + _SHARES["days"] * (day.on - told.began_on).days / last)
    story.finish()
    for verb, count in story.counts.items():
        _journal(by, told, f"demo.{verb}", count)
    _analyze(
        Area,
        Person,
        IdentityDocument,
        DocumentKey,
        Phone,
        Vial,
        Receipt,
        Movement,
        Balance,
        Dose,
        Visit,
        Consent,
        Screening,
        Booking,
        SiteDay,
        Attempt,
    )
    rebuild_standings(
        by=by, progress=lambda done, of: tell(1 - _SHARES["standings"] * max(0, 1 - done / max(1, of)))
    )
    _analyze(Dose, Standing)


class PeopleIds:
    """Ordinal → id, birth date and sex, some 25 bytes a person."""

    def __init__(self, population: int) -> None:
        self._bytes = bytearray(16 * population)
        self._births = array("I", bytes(array("I").itemsize * population))
        self._women = bytearray(population)

    def note(self, ordinal: int, birth_on: date, sex: str) -> None:
        self._births[ordinal], self._women[ordinal] = birth_on.toordinal(), sex == "female"

    def sex(self, ordinal: int) -> str:
        return "female" if self._women[ordinal] else "male"

    def age(self, ordinal: int, on: date) -> int:
        return age_on(date.fromordinal(self._births[ordinal]), on)

    def __setitem__(self, ordinal: int, key: UUID) -> None:
        self._bytes[16 * ordinal : 16 * ordinal + 16] = key.bytes

    def __getitem__(self, ordinal: int) -> UUID:
        return UUID(bytes=bytes(self._bytes[16 * ordinal : 16 * ordinal + 16]))


def _grids(told: Campaign) -> None:
    grids = [
        Area(
            code=grid.code, name=grid.name, level="grid", parent_id=village.code, pinyin=reading(grid.name),
            opened_on=told.began_on,
        )
        for village in told.county.villages
        for grid in village.grids
    ]  # fmt: skip
    Area.objects.bulk_create(grids, batch_size=1_000)


def _people(by: Actor, told: Campaign, now: datetime, tell: Tell) -> PeopleIds:
    ids = PeopleIds(told.county.population)
    done = 0
    entries = _entries(told, ids)
    while batch := list(islice(entries, PEOPLE_AT_ONCE)):
        if ledger.load(batch):
            raise LedgerInUse(name=told.county.name)
        done += len(batch)
        tell(done / told.county.population)
    _entered(told, now)
    _journal(by, told, "demo.people", done)
    return ids


def _entered(told: Campaign, now: datetime) -> None:
    """The ledger knows everybody since the day on which they were entered, not since this load."""
    hour = timeline.beginning(told).timetz()
    sql = "UPDATE people_person SET entered_at = least(%s, (registered_on + %s::time) AT TIME ZONE %s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, hour.replace(tzinfo=None).isoformat(), str(hour.tzinfo)])


def _entries(told: Campaign, ids: PeopleIds) -> Iterator[ledger.NewPerson]:
    fresh = Ids(told, "people")
    began = timeline.beginning(told)
    for village in told.county.villages:
        homes = zip(told.county.households_of(village), timeline.household_ids(told, village), strict=False)
        for home, household_id in homes:
            for person in home.people:
                ids[person.ordinal] = key = fresh.next(began)
                ids.note(person.ordinal, person.birth_on, person.sex)
                yield ledger.NewPerson(
                    area_code=person.grid_code, name=person.name, sex=person.sex, birth_on=person.birth_on,
                    number=person.identity_number, registered_on=timeline.registered_on(told, person),
                    source=timeline.SOURCE, phones=(person.phone,) if person.phone else (),
                    household_id=household_id, household_role=person.relation, address=person.address, id=key,
                )  # fmt: skip


class _Delivery(NamedTuple):
    """What came to a site, with a mark for every vial that was used since."""

    received: Received
    lot_id: UUID
    receipt_id: UUID
    used: bytearray


class _Story:
    """Days on their way into the tables."""

    def __init__(self, told: Campaign, sites: dict[str, UUID], people: PeopleIds) -> None:
        self.sites, self.people = sites, people
        self.counts = {"stock": 0, "visits": 0, "doses": 0, "attempts": 0}
        self._nurses = timeline.vaccinator_names(told.sites)
        self._keeper = accounts.name_of("store")
        self._officers = timeline.officer_names(told)
        self._lots: dict[tuple[str, str], UUID] = {}
        self._deliveries: dict[tuple[str, str], list[_Delivery]] = {}
        kinds = (
            "lot",
            "receipt",
            "vial",
            "balance",
            "movement",
            "dose",
            "visit",
            "consent",
            "screening",
            "booking",
            "attempt",
            "site_day",
        )
        self._ids = {kind: Ids(told, kind) for kind in kinds}
        self._open_tables()

    def _open_tables(self) -> None:
        self._movements = Table(
            Movement, "id", "site_id", "lot_id", "state", "kind", "cause", "doses", "on", "at", "by", "subject_id",
            "vial_code", "note", "is_correction",
        )  # fmt: skip
        self._vials = Table(
            Vial, "id", "site_id", "lot_id", "code", "box_code", "carton_code", "doses", "doses_given", "doses_wasted",
            "doses_gone", "came_with", "opened_at", "discard_at", "discarded_at", "sent_in",
        )  # fmt: skip
        self._receipts = Table(
            Receipt, "id", "site_id", "lot_id", "doses", "packs", "supplier", "came_at", "came_by", "carrier",
            "lowest_celsius", "highest_celsius", "transport_minutes", "log_sha256", "release_number", "release_sha256",
            "packs_damaged", "decision", "because", "decided", "decided_at", "decided_by", "decided_because",
        )  # fmt: skip
        self._balances = Table(Balance, "id", "site_id", "lot_id", "state", "doses")
        self._doses = Table(
            Dose, "id", "person_id", "group", "number", "counts_as", "product_id", "given_on", "given_at", "source",
            "site_id", "given_in", "lot_number", "expires_on", "vial_code", "given_by", "recorded_at", "voided_at",
            "void_reason", "supersedes_id",
        )  # fmt: skip
        self._visits = VisitTables(self._ids)
        self._site_days = Table(SiteDay, "id", "site_id", "on", "last_number")
        self._attempts = Table(
            Attempt, "id", "person_id", "at", "by", "outcome", "reason", "note", "rung", "next_on", "by_evening", "evening", "stop",
            "asked",
        )  # fmt: skip

    def write(self, day: Day) -> None:
        for received in day.received:
            self._receive(received)
        for dose in day.alone:
            self._dose(dose)
        for visit in day.visits:
            self._visit(day, visit)
        for site_code, number in {visit.site_code: visit.number for visit in day.visits}.items():
            key = self._ids["site_day"].next(day.visits[0].registered_at)
            self._site_days.add(key, self.sites[site_code], day.on, number)
        for attempt in day.attempts:
            self._attempts.add(
                self._ids["attempt"].next(attempt.at), self.people[attempt.person], attempt.at,
                self._officers[attempt.officer_code], attempt.outcome, attempt.reason, "", "", None, False, False, False, False,
            )  # fmt: skip
        self.counts["visits"] += len(day.visits)
        self.counts["attempts"] += len(day.attempts)

    def finish(self) -> None:
        """Vials, balances and whatever is still on its way."""
        left: dict[tuple[UUID, UUID], int] = {}
        for (site_code, _product), deliveries in self._deliveries.items():
            site_id = self.sites[site_code]
            for delivery in deliveries:
                self._put_in_vials(site_id, delivery)
                key = (site_id, delivery.lot_id)
                left[key] = left.get(key, 0) + delivery.used.count(0)
                came_at = delivery.received.at
        for (site_id, lot_id), doses in left.items():
            self._balances.add(self._ids["balance"].next(came_at), site_id, lot_id, "usable", doses)
        for table in (
            self._movements, self._receipts, self._vials, self._balances, self._doses, self._visits, self._site_days,
            self._attempts,
        ):  # fmt: skip
            table.flush()

    def _receive(self, came: Received) -> None:
        lot_id = self._lot(came)
        used = bytearray(came.vials)
        site_id, receipt_id, way = (
            self.sites[came.site_code],
            self._ids["receipt"].next(came.at),
            transport(came),
        )
        self._deliveries.setdefault((came.site_code, came.product_code), []).append(
            _Delivery(came, lot_id, receipt_id, used)
        )
        self._receipts.add(
            receipt_id, site_id, lot_id, came.vials, came.vials, way.supplier, came.at, self._keeper, way.carrier,
            way.lowest, way.highest, way.minutes, "", way.release_number, "", 0, "accepted", "[]", "accepted", None, "", "",
        )  # fmt: skip
        self._movements.add(
            self._ids["movement"].next(came.at), site_id, lot_id, "usable", "received", "", came.vials,
            clock.day_of(came.at), came.at, self._keeper, receipt_id, "", "", False,
        )  # fmt: skip
        self.counts["stock"] += 1

    def _lot(self, came: Received) -> UUID:
        key = (came.product_code, came.lot_number)
        if key not in self._lots:
            lot, _made = Lot.objects.get_or_create(
                product_id=came.product_code, number=came.lot_number,
                defaults={"id": self._ids["lot"].next(came.at), "expires_on": came.expires_on},
            )  # fmt: skip
            self._lots[key] = lot.pk
        return self._lots[key]

    def _visit(self, day: Day, visit: SiteVisit) -> None:
        given = visit.dose
        dose_id = self._dose(given) if given else None
        who = Visitor(
            self.people[visit.person], self.people.sex(visit.person), self.people.age(visit.person, day.on)
        )
        nurse = (given.vaccinator_code.lower(), self._nurses[given.vaccinator_code]) if given else ("", "")
        self._visits.add(who, self.sites[visit.site_code], day.on, visit, dose_id, nurse)

    def _dose(self, given: Vaccinated) -> UUID:
        """Out of the vial, into the record; the standing is judged at the end."""
        site_id = self.sites[given.site_code]
        dose_id = self._ids["dose"].next(given.at)
        self._movements.add(
            self._ids["movement"].next(given.at), site_id, self._use(given), "usable", "given", "", -1,
            clock.day_of(given.at), given.at, self._nurses[given.vaccinator_code], dose_id, given.code, "", False,
        )  # fmt: skip
        self._doses.add(
            dose_id, self.people[given.person], CAMPAIGN_GROUP, given.dose_number, None, given.product_code,
            given.at.date(), given.at, "site", site_id, "", given.lot_number, given.expires_on, given.code,
            self._nurses[given.vaccinator_code], given.at, None, "", None,
        )  # fmt: skip
        self.counts["doses"] += 1
        return dose_id

    def _use(self, given: Vaccinated) -> UUID:
        """Mark the vial as used; the lot that it is of."""
        deliveries = self._deliveries[given.site_code, given.product_code]
        serial = serial_of(given.code)
        delivery = deliveries[
            bisect_right(deliveries, serial, key=lambda each: each.received.first_serial) - 1
        ]
        delivery.used[serial - delivery.received.first_serial] = 1
        return delivery.lot_id

    def _put_in_vials(self, site_id: UUID, delivery: _Delivery) -> None:
        came = delivery.received
        for place, used in enumerate(delivery.used):
            code = vial_code(came.product_code, came.first_serial + place)
            self._vials.add(
                self._ids["vial"].next(came.at), site_id, delivery.lot_id, code, "", "", 1, used, 0, 0,
                delivery.receipt_id, None, None, None, None,
            )  # fmt: skip


def _journal(by: Actor, told: Campaign, verb: str, count: int) -> None:
    code = told.county.code
    record(by=by, verb=verb, subject=("area", code), area_code=code, facts={"count": count})


def _analyze(*loaded: type[models.Model]) -> None:
    """Tell the planner what came, before anything is counted: nothing else does so inside this transaction."""
    with connection.cursor() as cursor:
        for model in loaded:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
