"""What the pages of a site's day show, gathered for their templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.clinic import desk, queries
from yingjie.clinic.consenting import current_text
from yingjie.clinic.forms import TurnAwayForm, health_choices, relation_choices
from yingjie.clinic.queries import VisitView
from yingjie.clinic.questionnaire import questions
from yingjie.clinic.refusals import NoSuchNumber, TooEarlyToLeave
from yingjie.clinic.screening import BARRING, DEFERRING, about_view, answers_of
from yingjie.clinic.wording import (
    CHECK_TITLES,
    DOCUMENT_TITLES,
    OBJECTION_TITLES,
    REASON_TITLES,
    SIDE_TITLES,
    STATE_TONES,
    STEP_TITLES,
)
from yingjie.clinic.workflow import ADULT, ONE_CONFIRMATION, SEVEN_MATCHES, THREE_CHECKS
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import queries as people
from yingjie.people.codelists import categories, conditions
from yingjie.people.person_page import conditions_at_station, groups_at_station
from yingjie.people.words import MOBILITIES
from yingjie.sites.queries import SiteRow, names
from yingjie.stock import queries as stock
from yingjie.vaccines.queries import product
from yingjie.vaccines.wording import in_language
from yingjie.web.registry import Words

OF_VIAL = ("vaccine", "product", "specification", "dose", "body_site", "route", "confirmed")

ENTRANCE_DOES = _("Document, temperature, health code; a number on paper.")
DESK_DOES = _("Scan the card, see at once whether a dose is due; the consent is signed here.")
DOCTOR_DOES = _("Ask the questions; fit, deferred until a day, or to the doctor.")
NEEDLE_DOES = _("Verify person and vial, then give the dose: two keys.")
BENCH_DOES = _("Who may leave now, and who stays until when.")


@dataclass(frozen=True)
class Station:
    title: Words
    what: Words
    url: str
    icon: str


@dataclass(frozen=True)
class Check:
    """One verification: its word, its title, what to compare with, whether it is ticked."""

    word: str
    title: Words
    value: Words
    is_ticked: bool

    @property
    def is_of_vial(self) -> bool:
        """Whether another vial makes the tick worthless."""
        return self.word in OF_VIAL


@dataclass(frozen=True)
class CheckGroup:
    title: Words
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class DayRow:
    visit: VisitView
    place: str
    state: tuple[Words, str, str]
    reason: Words
    steps: tuple[dict[str, Any], ...] = ()


def identifier(given: str) -> UUID:
    """An id from an address or a form. Raises NotFound."""
    try:
        return UUID(given)
    except ValueError as wrong:
        raise NotFound() from wrong


def day_of(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return clock.today()


def site_name(site_id: UUID) -> str:
    return names({site_id})[site_id]


def stations(actor: Actor, site: SiteRow) -> tuple[Station, ...]:
    """The stations of this site that the actor may work at."""
    known = (
        ("clinic.register", _("Entrance"), ENTRANCE_DOES, "station_entrance", "thermometer"),
        ("clinic.register", _("Registration"), DESK_DOES, "station_registration", "id"),
        ("clinic.screen", _("Screening"), DOCTOR_DOES, "station_screening", "stethoscope"),
        ("clinic.vaccinate", _("Vaccination"), NEEDLE_DOES, "station_vaccination", "vaccine"),
        ("clinic.observe", _("Observation"), BENCH_DOES, "station_observation", "clock"),
    )
    return tuple(
        Station(title, what, reverse(url_name), icon)
        for permission, title, what, url_name, icon in known
        if actor.may(permission, site.area_code, site.id)
    )


def rows(visits: list[VisitView]) -> list[DayRow]:
    places = areas.places({visit.area_code for visit in visits})
    return [
        DayRow(
            visit,
            places.get(visit.area_code, ""),
            STATE_TONES[visit.state],
            REASON_TITLES.get(visit.turned_away_reason, ""),
            tuple(
                {"at": each.at, "by": each.title, "title": STEP_TITLES.get(each.step, each.step)}
                for each in visit.trail
            ),
        )
        for visit in visits
    ]


def desk_figures(actor: Actor, site: SiteRow) -> dict[str, Any]:
    """What the desk sees beside the person: counts, who waits for the consent, the choices of its form."""
    return {
        "states": queries.states_of_day(actor, site.id),
        "unsigned": queries.waiting(actor, site.id, ("registered",)),
        "health_choices": health_choices(),
        "documents": DOCUMENT_TITLES.items(),
    }


def kept_at_desk(actor: Actor, site_id: UUID, sent: Mapping[str, str], refusal: Refusal) -> dict[str, Any]:
    """Who stands there after a refusal, and what was entered; `out`: the reason with which they go home."""
    out = {"clinic.fever": "fever", "clinic.health_status": "health_status"}.get(refusal.code, "")
    found = people.briefs({identifier(sent["person"])}).values()
    return {"person": next(iter(found), None), "sent": sent, "out": out}


def consent(actor: Actor, visit: VisitView, asked: str) -> dict[str, Any]:
    """The person, the products offered, and the text of the one chosen (asked for, given before, or first)."""
    standing = desk.standing_at_station(visit)
    usual = standing.previous_product if standing.previous_product in standing.products else ""
    here = {row.product.code for row in stock.balances(actor, visit.site_id) if row.usable + row.opened > 0}
    at_hand = [code for code in standing.products if code in here]
    chosen = next(
        (code for code in (asked, usual, *at_hand, *standing.products) if code in standing.products), ""
    )
    return {
        "visit": visit,
        "standing": standing,
        "products": [product(code) for code in standing.products],
        "chosen": product(chosen) if chosen else None,
        "text": current_text(chosen) if chosen else None,
        "needs_guardian": visit.age < ADULT,
        "relations": relation_choices(),
    }


def vaccination(
    actor: Actor, visit: VisitView, vial: desk.VialCheck | None, ticked: Mapping[str, bool]
) -> dict[str, Any]:
    """The person, where they stand, the vial, and the verifications with what to compare."""
    standing = desk.standing_at_station(visit)
    return {
        "visit": visit,
        "standing": standing,
        "place": areas.places([visit.area_code])[visit.area_code],
        "vial": vial,
        "groups": _groups({"name": visit.name, "age": str(visit.age)} | label(vial), ticked),
        "offered": [product(code) for code in standing.products],
        "previous": product(standing.previous_product) if standing.previous_product else None,
        "consented": product(visit.product_code) if visit.product_code else None,
        "is_mine": visit.verified_by == actor.name,
        "sides": SIDE_TITLES.items(),
        "asked": queries.overrides_of(actor, visit.id),
    }


def screening(actor: Actor, visit: VisitView, sent: Mapping[str, str]) -> dict[str, Any]:
    """The questions for this person with what was answered so far, and for whoever was referred what the doctor may find."""
    kept = queries.screening_of(actor, visit.id)
    asked = questions(about_view(visit))
    answered = answers_of(kept) if kept else {}
    shown = [
        {
            "question": question,
            "said": sent.get(f"q_{question.code}", "") or getattr(answered.get(question.code), "said", ""),
            "day": sent.get(f"day_{question.code}", "")
            or getattr(answered.get(question.code), "day", None)
            or "",
        }
        for question in asked
    ]
    return {
        "visit": visit,
        "asked": asked,
        "shown": shown,
        "conditions": conditions_of(actor, visit.person_id),
        "standing": desk.standing_at_station(visit),
        "with_doctor": visit.state == "with_doctor",
        "deferring": [conditions()[code] for code in DEFERRING],
        "barring": [conditions()[code] for code in BARRING],
        "sent": sent,
        "turn_away": TurnAwayForm(),
    }


def at_the_desk(actor: Actor, person: people.PersonView) -> dict[str, Any]:
    """What the desk should know beside the card: how somebody gets about, their groups, what is on record of their health."""
    held = groups_at_station(actor, person.id)
    return {
        "mobility": MOBILITIES[person.mobility] if person.mobility not in ("", "walks") else "",
        "groups": [known.title for code, known in categories().items() if code in held],
        "conditions": conditions_of(actor, person.id),
    }


@transaction.atomic
def conditions_of(actor: Actor, person_id: UUID) -> list[Words]:
    """What is on record of the health of whoever stands here; the look is journalled."""
    return [
        conditions()[row.code].title
        for row in conditions_at_station(actor, person_id)
        if row.code in conditions()
    ]


def overrides(rows: list[queries.OverrideRow]) -> list[dict[str, Any]]:
    """What a second person is asked, in words."""
    return [
        {
            "row": row,
            "what": OBJECTION_TITLES.get(row.code, row.code),
            "product": product(row.product_code),
            "standing": desk.standing_at_station(row.visit),
            "site": site_name(row.visit.site_id),
        }
        for row in rows
    ]


def meant(actor: Actor, site_id: UUID, number: str, permission: str) -> UUID | None:
    """The visit of a day's number that was typed; None for none."""
    found = queries.by_number(actor, site_id, number, permission) if number.strip() else None
    return found.id if found else None


def kept_vial(
    actor: Actor, visit: VisitView, code: str, lot_id: UUID | None = None, *, asked: bool
) -> desk.VialCheck | None:
    """The vial scanned, or the one still in hand from the person before if it has a dose left and fits."""
    if not code:
        return None
    checked = desk.check_vial(actor, visit.id, code, lot_id)
    return checked if asked or checked.refusal is None else None


def stop_at_the_top(refusal: Refusal | None, visit: VisitView, vial: desk.VialCheck | None) -> Refusal | None:
    """What is said above the person: nothing where the vial's own place says why it cannot be given, so that one stop shows."""
    if visit.state != "screened" or vial is None or vial.refusal is None:
        return refusal
    says_more = vial.may_be_overridden and refusal is not None and refusal.code != vial.refusal.code
    return refusal if says_more else None


def observation(actor: Actor, site: SiteRow) -> dict[str, Any]:
    """Everybody under observation, with their minutes and seconds left; who may leave stands first."""
    now = clock.now()
    found = [
        {
            "visit": visit,
            "may_leave": visit.state == "observed" and visit.may_leave(now),
            "seconds": visit.seconds_left(now),
            "minutes": visit.minutes_left(now),
            "is_reacting": visit.state == "reacting",
        }
        for visit in queries.observed(actor, site.id)
    ]
    return {"observed": found, "may_leave": sum(row["may_leave"] for row in found), "now": now}


def visit_meant(actor: Actor, site_id: UUID, said: Mapping[str, str]) -> UUID:
    """The visit of a button, or of a day's number that was typed. Raises NoSuchNumber, NotFound."""
    if said.get("visit"):
        return identifier(said["visit"])
    number = said.get("number", "").strip()
    for visit in queries.observed(actor, site_id):
        if number == str(visit.number):
            return visit.id
    raise NoSuchNumber(number=number)


def early_form(actor: Actor, site_id: UUID, said: Mapping[str, str], refusal: Refusal) -> VisitView | None:
    """Whose early leaving may be written down with a reason, after it was refused without one."""
    if not isinstance(refusal, TooEarlyToLeave):
        return None
    return queries.visit(actor, visit_meant(actor, site_id, said), "clinic.observe")


def label(vial: desk.VialCheck | None) -> dict[str, Words]:
    """What the label of the scanned vial must say, and how it is given, by the word of its check."""
    if vial is None or vial.product is None:
        return {}
    found = vial.product
    return {
        "product": in_language(found.short_title),
        "specification": in_language(found.specification),
        "dose": f"{found.dose_millilitres} ml",
        "body_site": in_language(found.body_site),
        "route": in_language(found.route),
    }


def _groups(values: Mapping[str, Words], ticked: Mapping[str, bool]) -> tuple[CheckGroup, ...]:
    def group(title: Words, checks: tuple[str, ...]) -> CheckGroup:
        shown = tuple(
            Check(word, CHECK_TITLES[word], values.get(word, ""), ticked.get(word, False)) for word in checks
        )
        return CheckGroup(title, shown)

    return (
        group(_("Three checks"), THREE_CHECKS),
        group(_("Seven matches"), SEVEN_MATCHES),
        group(_("One confirmation"), ONE_CONFIRMATION),
    )
