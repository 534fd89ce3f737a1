"""Sites needed as rows: stations, staff by role, equipment; and the same as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext, pgettext_lazy

from vaxkit.campaign.siting import Unit
from yingjie.foundation import clock
from yingjie.foundation.documents.report import Column, Figure, Language, Paragraph, Report, Table
from yingjie.foundation.messages import language_now
from yingjie.plans.spoken import said_in_both
from yingjie.sites import roster_rules, standards
from yingjie.staff import rules as staff_rules

if TYPE_CHECKING:
    from yingjie.plans.siting_views import Found

KINDS = {
    "clinic": (pgettext_lazy("kind of site", "Fixed clinic"), "building-hospital"),
    "temporary": (pgettext_lazy("kind of site", "Large temporary site"), "building-community"),
    "mobile": (pgettext_lazy("kind of site", "Mobile team"), "truck"),
    "home": (pgettext_lazy("kind of site", "Home team"), "home"),
}
#: A home team, and what it carries. Who looks after the person stays the 30 minutes of observation.
HOME_STAFF = {"screening_doctor": 1, "vaccinator": 1}
HOME_GEAR = ("cold_box", "thermometer", "fever_gun", "blood_pressure", "sharps_box", "oxygen")


def rows(units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Each kind with what one of them needs."""
    return [
        {
            "unit": unit, "kind": KINDS[unit.kind][0], "icon": KINDS[unit.kind][1], "because": unit.because.in_(language_now()),
            "stations": [
                {
                    "title": said_in_both(need.station)[language_now()], "number": need.number, "busy": f"{need.busy:.0%}",
                    "kept": f"{need.kept:.1%}", "less": f"{need.with_one_less:.1%}" if need.with_one_less is not None else "",
                    "lacks": unit.lacks.get(need.station, 0),
                }
                for need in unit.stations
            ],
            "staff": [(_role(role), people) for role, people in staff(unit).items()],
            "gear": [(str(standards.equipment()[code].title), pieces) for code, pieces in gear(unit).items()],
        }
        for unit in units
    ]  # fmt: skip


def totals(units: Sequence[Unit]) -> dict[str, Any]:
    """Over all sites and teams."""
    people: Counter[str] = Counter()
    pieces: Counter[str] = Counter()
    for unit in units:
        people.update({role: n * unit.count for role, n in staff(unit).items()})
        pieces.update({code: n * unit.count for code, n in gear(unit).items()})
    return {
        "staff": [(_role(role), n) for role, n in people.items()], "people": sum(people.values()),
        "gear": [(str(standards.equipment()[code].title), n) for code, n in sorted(pieces.items()) if n],
    }  # fmt: skip


def staff(unit: Unit) -> dict[str, int]:
    """People on duty at one time: one a desk, the rest as the standard asks; one observer for so many seats."""
    if unit.kind == "home":
        return dict(HOME_STAFF)
    found = {}
    for need in roster_rules.needs():
        if need.watches:
            people = max(1, -(-unit.seats // need.watches))
        else:
            people = unit.numbers.get(need.room, 0) if need.room else need.base
        if people:
            found[need.role] = people
    return found


def gear(unit: Unit) -> dict[str, int]:
    """Pieces of equipment of one site or team, by the standard of its kind."""
    if unit.kind == "home":
        return dict.fromkeys(HOME_GEAR, 1)
    stations = unit.numbers | {"observation": max(1, staff(unit).get("observer", 0)), "check_in": 1}
    wanted = {each.code: each.wanted(stations) for each in standards.gear_for(unit.kind)}
    return {code: pieces for code, pieces in wanted.items() if pieces}


def report(found: Found, language: Language) -> Report:
    """The page on paper."""
    with override(language):
        return _report(found, language)


def _report(found: Found, language: Language) -> Report:
    told = totals(found.units)
    body: list[Paragraph | Table] = [Paragraph(_("Sites and teams"), heading=True), _units(found)]
    for row in rows(found.units):
        unit = row["unit"]
        body.append(Paragraph(f"{row['kind']}{' · ' + unit.name if unit.name else ''}", heading=True))
        body.append(Paragraph(row["because"]))
        if row["stations"]:
            body.append(_stations(row))
        body.append(Paragraph(_("Staff at one time: {people}").format(people=_listed(row["staff"]))))
        body.append(Paragraph(_("Equipment: {pieces}").format(pieces=_listed(row["gear"]))))
    now = clock.now()
    return Report(
        organisation=found.area_name, title=_("Sites, stations and staff needed"),
        issued_on=clock.day_of(now), cut_off=now.astimezone(clock.CAMPAIGN_ZONE),
        source=_("Ledger, layouts of sites, turns seen; queueing theory"), body=body, language=language,
        figures=(
            Figure(_("People a day"), found.load.people), Figure(_("Staff at one time"), told["people"]),
            Figure(_("People still to be vaccinated"), found.facts.due),
        ),
    )  # fmt: skip


def _units(found: Found) -> Table:
    columns = (
        Column(_("Kind"), weight=1.6), Column(_("Name"), weight=2.0), Column(pgettext("siting", "Number"), kind="integer"),
        Column(_("People a day, each"), kind="integer"), Column(_("Seats for observation"), kind="integer"),
    )  # fmt: skip
    return Table(
        columns,
        [
            (str(KINDS[unit.kind][0]), unit.name or "–", unit.count, unit.people_a_day, unit.seats)
            for unit in found.units
        ],
    )


def _stations(row: dict[str, Any]) -> Table:
    columns = (
        Column(_("Station"), weight=1.4), Column(pgettext("siting", "Stations"), kind="integer"),
        Column(pgettext("station", "Busy")), Column(_("Wait as promised"), weight=1.2), Column(_("With one fewer"), weight=1.2),
    )  # fmt: skip
    return Table(
        columns,
        [
            (each["title"], each["number"], each["busy"], each["kept"], each["less"] or "–")
            for each in row["stations"]
        ],
    )


def _listed(pairs: Sequence[tuple[str, int]]) -> str:
    return (", " if language_now() == "en" else "、").join(f"{title} {n}" for title, n in pairs)


def _role(role: str) -> str:
    return str(staff_rules.roles()[role].title)
