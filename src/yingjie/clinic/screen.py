"""What the pages of a site's day show, gathered for their templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.clinic import desk, queries
from yingjie.clinic.queries import VisitView
from yingjie.clinic.refusals import NoSuchNumber, TooEarlyToLeave
from yingjie.clinic.wording import CHECK_TITLES, REASON_TITLES, STATE_TONES
from yingjie.clinic.workflow import ONE_CONFIRMATION, SEVEN_MATCHES, THREE_CHECKS
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.sites.queries import SiteRow
from yingjie.vaccines.queries import product
from yingjie.vaccines.wording import in_language
from yingjie.web.registry import Words

OF_VIAL = ("vaccine", "product", "specification", "dose", "body_site", "route", "confirmed")

DESK_DOES = _("Scan the card, see at once whether a dose is due, call out a number.")
NEEDLE_DOES = _("Verify person and vial, record the dose with one key.")
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


def stations(actor: Actor, site: SiteRow) -> tuple[Station, ...]:
    """The stations of this site that the actor may work at."""
    known = (
        ("clinic.register", _("Registration"), DESK_DOES, "station_registration", "id"),
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
        )
        for visit in visits
    ]


def vaccination(visit: VisitView, vial: desk.VialCheck | None, ticked: Mapping[str, bool]) -> dict[str, Any]:
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
    }


def kept_vial(actor: Actor, visit: VisitView, code: str, *, asked: bool) -> desk.VialCheck | None:
    """The vial scanned, or the one still in hand from the person before if it has a dose left and fits."""
    if not code:
        return None
    checked = desk.check_vial(actor, visit.id, code)
    return checked if asked or checked.refusal is None else None


def stop_at_the_top(refusal: Refusal | None, visit: VisitView, vial: desk.VialCheck | None) -> Refusal | None:
    """What is said above the person: nothing where the vial's own place says why it cannot be given, so that one stop shows."""
    if visit.state != "registered" or vial is None or vial.refusal is None:
        return refusal
    says_more = vial.needs_reason and refusal is not None and refusal.code != vial.refusal.code
    return refusal if says_more else None


def observation(actor: Actor, site: SiteRow) -> dict[str, Any]:
    """Everybody under observation, with their minutes and seconds left; who may leave stands first."""
    now = clock.now()
    found = [
        {
            "visit": visit,
            "may_leave": visit.may_leave(now),
            "seconds": visit.seconds_left(now),
            "minutes": visit.minutes_left(now),
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
