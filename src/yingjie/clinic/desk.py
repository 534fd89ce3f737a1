"""What the desk and the stations find out before anything is written.

The same guards serve the verdict on the screen and the action behind the button; the action asks again under lock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from vaxkit.identity import ResidentNumber, check_resident_number
from vaxkit.immunization import Product
from yingjie.clinic import refusals, wording
from yingjie.clinic.models import ENDED_WITHOUT, Override, Visit
from yingjie.clinic.over_midnight import day_of
from yingjie.clinic.queries import VisitView
from yingjie.clinic.workflow import (
    CHECKS,
    OVERRIDABLE,
    DueFacts,
    VerificationFacts,
    all_verified_and_due,
    is_due,
    missing_checks,
)
from yingjie.doses.beside import standing_due
from yingjie.doses.claim_queries import open_claims
from yingjie.doses.queries import StandingView, history_of, standing_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.outreach.queries import cleared_at as cleared_by_doctor
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.sites.opening import may_vaccinate
from yingjie.stock.ledger import is_closed
from yingjie.stock.queries import (
    LotChoice,
    VialView,
    balance,
    lots_without_codes,
    objection,
    scanned_vial,
)
from yingjie.stock.receipts import waits_for_decision
from yingjie.stock.refusals import DayClosed, Held, UnknownCode
from yingjie.vaccines.queries import group_of, product
from yingjie.vaccines.wording import said

ALL_TICKED = dict.fromkeys(CHECKS, True)


@dataclass(frozen=True)
class Candidate:
    """Somebody at the desk: who they are, where they stand, and why they cannot be registered now (None: they can).
    `is_reported_elsewhere`: a dose given elsewhere waits for its decision, so what is due here may be another dose.
    `visit`: the visit that they have begun here today, None where they have not."""

    person: people.PersonView
    standing: StandingView
    refusal: Refusal | None
    is_reported_elsewhere: bool = False
    visit: Visit | None = None


@dataclass(frozen=True)
class VialCheck:
    """A scanned vial against a visit: what it is, and why it cannot be given (None: it can). `may_be_overridden`: a second person
    may allow it. `lots`: where nobody knows the code, the lots that came without codes, one of which may be its."""

    vial: VialView | None
    product: Product | None
    refusal: Refusal | None
    scanned: str = ""
    lots: tuple[LotChoice, ...] = ()

    @property
    def may_be_overridden(self) -> bool:
        return self.refusal is not None and self.refusal.code in OVERRIDABLE


def open_site(actor: Actor, site_id: UUID) -> sites.SiteRow:
    """The site, where people are registered today. Raises SiteClosed, DayNotOpen, NotFound."""
    at = sites.site(actor, site_id, "clinic.register")
    if at.kind == "store" or not at.is_open(clock.today()):
        raise refusals.SiteClosed(site=at.name)
    shut = may_vaccinate(at.id, clock.today())
    if shut is not None:
        raise shut
    return at


def candidate(actor: Actor, site_id: UUID, number: str) -> Candidate:
    """Look somebody up by the number on their card and say whether they can be registered. The look-up is journalled.

    Raises NumberUnreadable, NotInLedger, ContradictsLedger, SiteClosed, NotFound.
    """
    at = open_site(actor, site_id)
    person = who(actor, number)
    begun = _begun(person.id, at.id)
    standing, refusal = judged(person.id, person.name, at.id, but=begun.pk if begun else None)
    return Candidate(person, standing, refusal, bool(open_claims([person.id])), begun)


def who(actor: Actor, number: str) -> people.PersonView:
    """Whose card this is. Raises NumberUnreadable, NotInLedger, ContradictsLedger."""
    person = people.find_by_number(actor, number, permission="clinic.register")
    if person is None:
        raise refusals.NotInLedger()
    card = check_resident_number(number, on=clock.today())
    if isinstance(card, ResidentNumber) and card.born_on != person.birth_on:
        raise refusals.ContradictsLedger(card=card.born_on, ledger=person.birth_on)
    return person


def judged(
    person_id: UUID, name: str, site_id: UUID, *, but: UUID | None = None
) -> tuple[StandingView, Refusal | None]:
    """Where the person stands today, and why they cannot be registered at this site now; `but`: their visit that is on its way."""
    today = clock.today()
    standing = standing_due(person_id, today)
    refusal = _here_already(person_id, name, site_id, today, but) or _put_off(person_id, today)
    code = is_due(due(standing))
    if refusal is None and code is not None:
        refusal = not_due(code, standing, name or _name(person_id))
    return standing, refusal


def due(standing: StandingView) -> DueFacts:
    return DueFacts(standing.status, standing.given_today)


def check_vial(actor: Actor, visit_id: UUID, scanned: str, lot_id: UUID | None = None) -> VialCheck:
    """What a scanned vial is, and whether this visit's person may get it; the ticks are not asked for yet. `lot_id`: the lot on the
    label of a pack that came without its code. Raises NotFound."""
    visit = Visit.objects.visible_to(actor, "clinic.vaccinate").filter(pk=visit_id).first()
    if visit is None:
        raise NotFound()
    try:
        vial = scanned_vial(actor, visit.site_id, scanned, lot_id)
    except UnknownCode as unknown:
        lots = lots_without_codes(actor, visit.site_id, scanned)
        return VialCheck(None, None, unknown, scanned.strip(), tuple(lots))
    except Refusal as unreadable:
        return VialCheck(None, None, unreadable)
    facts, standing = verification_facts(actor, visit, vial, ALL_TICKED, body_side="left")
    code = all_verified_and_due(facts)
    return VialCheck(
        vial,
        product(vial.product_code),
        not_verified(actor, code, visit, facts, standing, vial) if code else None,
    )


def standing_at_station(visit: VisitView) -> StandingView:
    """Where somebody stands today whom the actor's station has before it: for the vaccine that was consented to, before that for
    the one that is due."""
    today = clock.today()
    if visit.product_code:
        return standing_of(visit.person_id, today, group=group_of(visit.product_code))
    return standing_due(visit.person_id, today)


def verification_facts(
    actor: Actor,
    visit: Visit,
    vial: VialView,
    checks: Mapping[str, bool],
    *,
    body_side: str,
    here: UUID | None = None,
    at_the_needle: StandingView | None = None,
) -> tuple[VerificationFacts, StandingView]:
    """The facts that the gate decides by. `here`: the site of the station, where it is known. `at_the_needle`: where the
    person stands, who is locked; stock asks about holds itself then, under lock."""
    today = clock.today()
    standing = at_the_needle or standing_of(visit.person_id, today, group=group_of(vial.product_code))
    refused = objection(vial, today) if at_the_needle else vial_objection(actor, visit.site_id, vial, today)
    changes_maker = standing.previous_product not in ("", vial.product_code)
    facts = VerificationFacts(
        today=today,
        visit_on=day_of(visit),
        is_this_site=here in (None, visit.site_id),
        due=due(standing),
        vial=refused.code if refused else "",
        product=vial.product_code,
        offered=standing.products,
        previous_product=standing.previous_product,
        consented_product=visit.product_code,
        checks=checks,
        body_side=body_side,
        needs_side=product(vial.product_code).route_code == "IM",
        overrides=overrides(visit, vial.code) if changes_maker else frozenset(),
    )
    return facts, standing


def vial_objection(actor: Actor, site_id: UUID, vial: VialView, on: date) -> Refusal | None:
    """What the vial itself objects to, or its lot at this site: held back after an excursion, or by hand; or the site's day: nobody
    is vaccinated out of a stock that was counted and closed."""
    found = DayClosed(on=on) if is_closed(site_id, on) else objection(vial, on)
    if found is not None:
        return found
    kept = balance(actor, site_id, vial.lot_id)
    if waits_for_decision(site_id, vial.lot_id) or kept.usable + kept.opened < 1:
        return Held(lot=vial.lot_number, doses=kept.held or vial.doses_left)
    return None


def overrides(visit: Visit, vial_code: str) -> frozenset[str]:
    """What a second person has allowed for this visit and vial."""
    rows = Override.objects.unscoped("of a visit that was checked").filter(
        person_id=visit.person_id, visit_id=visit.pk, vial_code=vial_code, answer="granted"
    )
    return frozenset(rows.values_list("code", flat=True)) & OVERRIDABLE


def not_due(code: str, standing: StandingView, name: str) -> Refusal:
    """The refusal behind a code of workflow.is_due."""
    why = said(standing.explanation)
    if code == "clinic.vaccinated_today":
        return refusals.VaccinatedToday(name=name, at=_where_today(standing.person_id))
    if code == "clinic.course_complete":
        return refusals.CourseComplete(why=why)
    if code == "clinic.is_deferred":
        return refusals.IsDeferred(until=standing.deferred_until or "…", why=why)
    if code == "clinic.is_contraindicated":
        return refusals.IsContraindicated(why=why)
    if standing.earliest_on is None:
        return refusals.NotOffered(why=why)
    return refusals.NotDue(earliest_on=standing.earliest_on, why=why)


def not_registered(code: str, visit: Visit, standing: StandingView) -> Refusal:
    if code == "clinic.another_day":
        return refusals.AnotherDay(on=visit.on)
    return not_due(code, standing, _name(visit.person_id))


def not_verified(
    actor: Actor,
    code: str,
    visit: Visit,
    facts: VerificationFacts,
    standing: StandingView,
    vial: VialView,
    here: str = "",
) -> Refusal:
    """The refusal behind a code of workflow.all_verified_and_due."""
    if code == "clinic.another_day":
        return refusals.AnotherDay(on=visit.on)
    if code == "clinic.wrong_station":
        site = sites.names({visit.site_id})[visit.site_id]
        return refusals.WrongStation(name=_name(visit.person_id), site=site, here=here)
    if code == facts.vial:
        refused = vial_objection(actor, visit.site_id, vial, facts.today)
        assert refused is not None
        return refused
    if code == "clinic.checks_missing":
        return refusals.ChecksMissing(checks=wording.check_list(missing_checks(facts.checks)))
    if code == "clinic.not_confirmed":
        return refusals.NotConfirmed()
    if code == "clinic.side_missing":
        return refusals.SideMissing()
    return _other_product(code, facts) or not_due(code, standing, _name(visit.person_id))


def _other_product(code: str, facts: VerificationFacts) -> Refusal | None:
    scanned = said(product(facts.product).short_title)
    if code == "clinic.wrong_product":
        return refusals.WrongProduct(product=scanned, offered=wording.product_list(facts.offered))
    if code == "clinic.consent_for_other":
        consented = product(facts.consented_product).short_title if facts.consented_product else None
        return refusals.ConsentForOther(product=scanned, consented=said(consented) if consented else "–")
    if code == "clinic.other_product":
        return refusals.OtherProduct(
            product=scanned, previous=said(product(facts.previous_product).short_title)
        )
    return None


def _where_today(person_id: UUID) -> str:
    """When and where today's dose was given, as far as it is on record: 11:02 · the site's name."""
    today = [row for row in history_of(person_id) if row.given_on == clock.today()]
    return "; ".join(
        " · ".join(filter(None, (wording.clock_time(row.given_at), row.site_name or row.given_in)))
        for row in today
    )


def _begun(person_id: UUID, site_id: UUID) -> Visit | None:
    rows = _today(person_id, clock.today()).filter(site_id=site_id, state__in=("ticketed", "checked_in"))
    return rows.first()


def _here_already(person_id: UUID, name: str, site_id: UUID, today: date, but: UUID | None) -> Refusal | None:
    rows = _today(person_id, today)
    visit = (rows.exclude(pk=but) if but else rows).first()
    if visit is None:
        return None
    name = name or _name(person_id)
    if visit.site_id != site_id:
        return refusals.AlreadyElsewhereToday(name=name, site=sites.names({visit.site_id})[visit.site_id])
    return refusals.AlreadyHereToday(name=name, number=visit.number, state=wording.STATE_TITLES[visit.state])


def _put_off(person_id: UUID, today: date) -> Refusal | None:
    """A deferral of an earlier visit that no condition on record stands for (another vaccine, a doctor's own reason), unless a
    doctor has cleared them since."""
    rows = Visit.objects.unscoped("of the person at the desk").filter(
        person_id=person_id, state="deferred", deferred_until__gt=today
    )
    cleared_at = cleared_by_doctor(person_id)
    rows = rows.filter(state_since__gt=cleared_at) if cleared_at else rows
    until = rows.order_by("-deferred_until").values_list("deferred_until", flat=True).first()
    return refusals.IsDeferred(until=until, why="") if until else None


def _today(person_id: UUID, today: date) -> QuerySet[Visit]:
    rows = Visit.objects.unscoped("one visit per person and day, wherever")
    return rows.filter(person_id=person_id, on=today, taken_back_at__isnull=True).exclude(
        state__in=ENDED_WITHOUT
    )


def _name(person_id: UUID) -> str:
    found: Collection[people.PersonBrief] = people.briefs({person_id}).values()
    return next((row.name for row in found), "")
