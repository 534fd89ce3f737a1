"""What the registration desk and the vaccination station find out before anything is written.

The same guards serve the verdict on the screen and the action behind the button; the action asks again under lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from vaxkit.identity import ResidentNumber, check_resident_number
from vaxkit.immunization import Product
from yingjie.clinic import refusals, wording
from yingjie.clinic.models import Visit
from yingjie.clinic.queries import VisitView
from yingjie.clinic.workflow import (
    CHECKS,
    DueFacts,
    VaccinationFacts,
    all_verified_and_due,
    is_due,
    missing_checks,
)
from yingjie.doses.claim_queries import open_claims
from yingjie.doses.queries import StandingView, standing_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.stock.queries import VialView, objection, scanned_vial
from yingjie.vaccines.queries import product
from yingjie.vaccines.wording import said

ALL_TICKED = dict.fromkeys(CHECKS, True)


@dataclass(frozen=True)
class Candidate:
    """Somebody at the desk: who they are, where they stand, and why they cannot be registered now (None: they can).
    `is_reported_elsewhere`: a dose given elsewhere waits for its decision, so what is due here may be another dose."""

    person: people.PersonView
    standing: StandingView
    refusal: Refusal | None
    is_reported_elsewhere: bool = False


@dataclass(frozen=True)
class VialCheck:
    """A scanned vial against a visit: what it is, and why it cannot be given (None: it can). `needs_reason`: another maker's
    vaccine than before may be given, but only with a reason."""

    vial: VialView | None
    product: Product | None
    refusal: Refusal | None

    @property
    def needs_reason(self) -> bool:
        return isinstance(self.refusal, refusals.OtherProduct)


def open_site(actor: Actor, site_id: UUID) -> sites.SiteRow:
    """The site, where people are registered today. Raises SiteClosed, NotFound."""
    at = sites.site(actor, site_id, "clinic.register")
    if at.kind == "store" or not at.is_open(clock.today()):
        raise refusals.SiteClosed(site=at.name)
    return at


def candidate(actor: Actor, site_id: UUID, number: str) -> Candidate:
    """Look somebody up by the number on their card and say whether they can be registered. The look-up is journalled.

    Raises NumberUnreadable, NotInLedger, ContradictsLedger, SiteClosed, NotFound.
    """
    at = open_site(actor, site_id)
    person = who(actor, number)
    standing, refusal = judged(person.id, person.name, at)
    return Candidate(person, standing, refusal, is_reported_elsewhere=bool(open_claims([person.id])))


def who(actor: Actor, number: str) -> people.PersonView:
    """Whose card this is. Raises NumberUnreadable, NotInLedger, ContradictsLedger."""
    person = people.find_by_number(actor, number, permission="clinic.register")
    if person is None:
        raise refusals.NotInLedger()
    card = check_resident_number(number, on=clock.today())
    if isinstance(card, ResidentNumber) and card.born_on != person.birth_on:
        raise refusals.ContradictsLedger(card=card.born_on, ledger=person.birth_on)
    return person


def judged(person_id: UUID, name: str, at: sites.SiteRow) -> tuple[StandingView, Refusal | None]:
    """Where the person stands today, and why they cannot be registered at this site now."""
    today = clock.today()
    standing = standing_of(person_id, today)
    refusal = _here_already(person_id, name, at, today)
    code = is_due(DueFacts(standing.status, standing.given_today))
    if refusal is None and code is not None:
        refusal = not_due(code, standing, name)
    return standing, refusal


def check_vial(actor: Actor, visit_id: UUID, scanned: str) -> VialCheck:
    """What a scanned vial is, and whether this visit's person may get it; the ticks are not asked for yet. Raises NotFound."""
    visit = Visit.objects.visible_to(actor, "clinic.vaccinate").filter(pk=visit_id).first()
    if visit is None:
        raise NotFound()
    try:
        vial = scanned_vial(actor, visit.site_id, scanned)
    except Refusal as unreadable:
        return VialCheck(None, None, unreadable)
    person = people.briefs({visit.person_id})[visit.person_id]
    facts, standing = vaccination_facts(visit, person, vial, ALL_TICKED, "")
    code = all_verified_and_due(facts)
    refusal = objection(vial, facts.today) or (
        not_vaccinated(code, facts, standing, person.name) if code else None
    )
    return VialCheck(vial, product(vial.product_code), refusal)


def standing_at_station(visit: VisitView) -> StandingView:
    """Where somebody stands today whom the actor's station has before it."""
    return standing_of(visit.person_id, clock.today())


def vaccination_facts(
    visit: Visit,
    person: people.PersonBrief,
    vial: VialView,
    checks: Mapping[str, bool],
    other_product_reason: str,
) -> tuple[VaccinationFacts, StandingView]:
    """The facts that the guard of `vaccinate` decides by."""
    today = clock.today()
    standing = standing_of(person.id, today)
    facts = VaccinationFacts(
        today=today,
        visit_on=visit.on,
        checks=checks,
        due=DueFacts(standing.status, standing.given_today),
        product=vial.product_code,
        offered=standing.products,
        previous_product=standing.previous_product,
        other_product_reason=other_product_reason,
    )
    return facts, standing


def not_due(code: str, standing: StandingView, name: str) -> Refusal:
    """The refusal behind a code of workflow.is_due."""
    why = said(standing.explanation)
    if code == "clinic.vaccinated_today":
        return refusals.VaccinatedToday(name=name)
    if code == "clinic.course_complete":
        return refusals.CourseComplete(why=why)
    if standing.earliest_on is None:
        return refusals.NotOffered(why=why)
    return refusals.NotDue(earliest_on=standing.earliest_on, why=why)


def not_vaccinated(code: str, facts: VaccinationFacts, standing: StandingView, name: str) -> Refusal:
    """The refusal behind a code of workflow.all_verified_and_due."""
    if code == "clinic.another_day":
        return refusals.AnotherDay(on=facts.visit_on)
    if code == "clinic.checks_missing":
        return refusals.ChecksMissing(checks=wording.check_list(missing_checks(facts.checks)))
    if code in ("clinic.wrong_product", "clinic.other_product"):
        scanned = said(product(facts.product).short_title)
        if code == "clinic.wrong_product":
            return refusals.WrongProduct(product=scanned, offered=wording.product_list(facts.offered))
        return refusals.OtherProduct(
            product=scanned, previous=said(product(facts.previous_product).short_title)
        )
    return not_due(code, standing, name)


def clock_time(moment: datetime | None) -> str:
    """14:32, or nothing."""
    return f"{moment.astimezone(clock.CAMPAIGN_ZONE):%H:%M}" if moment else ""


def _here_already(person_id: UUID, name: str, at: sites.SiteRow, today: date) -> Refusal | None:
    rows = Visit.objects.unscoped("one visit per person and day, wherever")
    here = rows.filter(person_id=person_id, on=today, taken_back_at__isnull=True)
    visit = here.exclude(state="turned_away").first()
    if visit is None:
        return None
    if visit.site_id != at.id:
        return refusals.AlreadyElsewhereToday(name=name, site=sites.names({visit.site_id})[visit.site_id])
    return refusals.AlreadyHereToday(name=name, number=visit.number, state=wording.STATE_TITLES[visit.state])
