"""A dose that is being given: the person is locked and read once; what was read decides, and is judged anew with the dose.

    held = hold(person_id)            locked until the transaction ends; `held.standing(group)` is where the person stands today
    record(held, by, given)           the dose on record with its standing; returns it with the line for the journal

Nothing else of this module writes doses at a site: `actions.record` goes this way too.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from vaxkit.immunization.policy import PolicySet
from yingjie.doses import queries, standings
from yingjie.doses.judging import Condition, Facts, KeptDose
from yingjie.doses.models import Dose, Standing
from yingjie.doses.refusals import NumberTaken
from yingjie.doses.seen import seen_of
from yingjie.doses.standings import Known
from yingjie.foundation import clock
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import Line
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Person
from yingjie.vaccines import rules
from yingjie.vaccines.queries import group_of


@dataclass(frozen=True)
class Given:
    """What was given at a site. `given_at` is aware; `id` names the dose for the stock's movement too."""

    id: UUID
    product_code: str
    number: int
    given_at: datetime
    site_id: UUID
    area_code: str
    lot_number: str
    expires_on: date
    vial_code: str
    given_by: str


@dataclass(frozen=True)
class Held:
    """A locked person as the rules of today see them: `doses` are all on record, those taken back among them."""

    person_id: UUID
    birth_on: date
    sex: str
    on: date
    policies: PolicySet
    doses: tuple[Dose, ...]
    conditions: tuple[Condition, ...]
    standings: dict[str, dict[str, object]] = field(default_factory=dict)

    def standing(self, group: str) -> queries.StandingView:
        """Where the person stands today in a vaccine group."""
        facts = Facts(self.birth_on, self.sex, tuple(_kept(row) for row in self.live), self.conditions)
        return queries.standing_from(self.person_id, facts, self.live, self.policies, self.on, group=group)

    @property
    def live(self) -> list[Dose]:
        return [row for row in self.doses if row.voided_at is None]


def hold(person_id: UUID) -> Held:
    """Lock somebody as `standings.hold` does, and read what rules look at. Raises NotFound."""
    people = lock(Person.objects.unscoped(standings.WHY_ALL).only("id", "birth_on", "sex"), id=person_id)
    if not people:
        raise NotFound()
    kept = lock(Standing.objects.unscoped(standings.WHY_ALL), person_id=person_id)
    on = clock.today()
    return Held(
        person_id,
        people[0].birth_on,
        people[0].sex,
        on,
        rules.rules(on),
        tuple(_doses().filter(person_id=person_id).order_by("given_on", "pk")),
        tuple(seen_of([person_id]).get(person_id, ())),
        {row.group: {name: getattr(row, name) for name in standings.COLUMNS} for row in kept},
    )


def record(held: Held, given: Given) -> tuple[Dose, Line]:
    """Write a dose down for a person who is held, and where they stand with it. The caller was authorised at the site, and writes
    the line into the journal, last. Raises NumberTaken."""
    group = group_of(given.product_code)
    taken = next((row for row in held.live if (row.group, row.number) == (group, given.number)), None)
    if taken is not None:
        raise NumberTaken(number=given.number, given_on=taken.given_on)
    dose = Dose(
        id=given.id,
        person_id=held.person_id,
        group=group,
        number=given.number,
        product_id=given.product_code,
        given_on=clock.day_of(given.given_at),
        given_at=given.given_at,
        source="site",
        site_id=given.site_id,
        lot_number=given.lot_number,
        expires_on=given.expires_on,
        vial_code=given.vial_code,
        given_by=given.given_by,
        recorded_at=clock.now(),
    )
    known = Known(
        held.birth_on,
        held.sex,
        [_kept(row) for row in (*held.live, dose)],
        list(held.conditions),
        {row.pk: row.counts_as for row in held.doses},
        held.standings,
    )
    judged = known.judged(held.policies, held.on)
    dose.counts_as = judged.counts_as.get(dose.pk)
    dose.save(force_insert=True)
    standings.write({held.person_id: (known, judged)})
    facts = {
        "person": str(held.person_id),
        "number": given.number,
        "product": given.product_code,
        "lot": given.lot_number,
    }
    return dose, Line("doses.record", dose, given.area_code, facts)


def _kept(row: Dose) -> KeptDose:
    return KeptDose(row.pk, row.group, row.product_id, row.given_on, row.expires_on)


def _doses() -> ScopedQuerySet[Dose]:
    return Dose.objects.unscoped("of a person whom the caller was authorised for")
