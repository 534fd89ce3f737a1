"""The large site of the demo as its lead sees it: laid out, equipped, inspected with one finding open, and staffed around the clock
for the week, by the real actions and the real solver."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from uuid import UUID

from yingjie.demo import accounts
from yingjie.demo.history import Campaign
from yingjie.demo.names import NameMaker
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import (
    layout_actions,
    readiness_actions,
    readiness_queries,
    roster_actions,
    roster_queries,
    standards,
    swap_actions,
    team_actions,
)
from yingjie.sites.readiness_actions import Answer, Stock
from yingjie.staff import actions as staff
from yingjie.staff import queries as staff_queries

#: Besides those who have accounts: how many of a qualification, with which roles.
_CREW = (
    (7, "nurse", ("vaccinator", "observer")),
    (4, "nurse", ("vaccinator", "registrar")),
    (6, "none", ("registrar",)),
    (6, "physician", ("screening_doctor", "emergency_doctor")),
    (5, "none", ("lead", "registrar")),
)
#: People by shift: day, evening, night.
_NEEDS = {
    "lead": (1, 1, 1), "registrar": (2, 1, 1), "screening_doctor": (1, 1, 1), "vaccinator": (2, 1, 1),
    "observer": (1, 1, 0), "emergency_doctor": (1, 0, 0),
}  # fmt: skip
_CERTIFICATES = {
    "vaccinator": "vaccination",
    "screening_doctor": "screening",
    "emergency_doctor": "emergency",
}


def make(*, by: Actor, told: Campaign, site_id: UUID) -> None:
    """Set the large site up and give it this week's roster, published, with who came today."""
    _ready(by, told, site_id)
    _team(by, told, site_id)
    today = told.county.today
    monday = today - timedelta(days=today.weekday())
    roster = roster_actions.build(by=by, site_id=site_id, first_on=monday, last_on=monday + timedelta(days=6))
    roster_actions.publish(by=by, roster_id=roster.pk)
    _signed_in(by, site_id, today)


def _signed_in(by: Actor, site_id: UUID, today: date) -> None:
    """Whoever's duty has begun came some minutes before; one came late, and the last one not at all."""
    now = clock.now()
    begun = [duty for duty in roster_queries.on_duty(by, site_id, today, today) if duty.begins_at < now]
    for nth, duty in enumerate(begun[:-1]):
        came_at = duty.begins_at + timedelta(minutes=17 if nth == 2 else -4 - nth % 9)
        if came_at < now:
            with clock.at(came_at):
                swap_actions.sign_in(by=by, site_id=site_id, member_id=duty.member_id)
            if duty.ends_at < now:
                with clock.at(duty.ends_at + timedelta(minutes=3)):
                    swap_actions.sign_out(by=by, site_id=site_id, member_id=duty.member_id)


def _ready(by: Actor, told: Campaign, site_id: UUID) -> None:
    layout_actions.lay_out(by=by, site_id=site_id)
    kind = told.sites[0].kind
    pieces = readiness_queries.equipment(by, site_id, kind)
    short = {"wheelchair": Stock(0), "printer": Stock(3, broken=1)}
    given = {piece.code: short.get(piece.code, Stock(piece.wanted)) for piece in pieces}
    readiness_actions.equip(by=by, site_id=site_id, given=given)
    readiness_actions.plan_emergency(
        by=by,
        site_id=site_id,
        hospital=f"{told.county.name}医院",
        hospital_phone="120",
        drive_minutes=8,
        ambulance="on_site",
    )
    soon = told.county.today + timedelta(days=12)
    kit = {
        code: (
            remedy.least,
            (soon if code == "saline" else soon + timedelta(days=300)) if remedy.expires else None,
        )
        for code, remedy in standards.kit().items()
    }
    readiness_actions.check_kit(by=by, site_id=site_id, given=kit)
    answers = {item.code: Answer("fine") for item in standards.items_for(kind) if not item.told}
    if "sunshade" in answers:
        answers["sunshade"] = Answer(
            "fault", "入口处遮阳棚破损一处", correct_by_on=told.county.today + timedelta(days=2)
        )
    readiness_actions.inspect(by=by, site_id=site_id, answers=answers)


def _team(by: Actor, told: Campaign, site_id: UUID) -> None:
    site, rng = told.sites[0], Random(f"{told.county.code}:crew")
    names, began = NameMaker(rng, site.address, rural=False), told.began_on - timedelta(days=60)
    members = [_known(username) for username in ("vaccinator", "doctor", "sitelead")]
    for nth, (qualification, roles) in enumerate((each[1:] for each in _CREW for _n in range(each[0])), 1):
        sex = "male" if rng.random() < 0.3 else "female"
        name = names.surname() + names.given(1970 + int(rng.random() * 28), sex)
        members.append(_crew(by, told, name, qualification, roles, began, nth))
    for member_id in members:
        team_actions.join(by=by, site_id=site_id, member_id=member_id, from_on=told.began_on)
    team_actions.set_shifts(by=by, site_id=site_id, pattern="around_the_clock")
    order = {"day": 0, "evening": 1, "night": 2}
    needs = roster_queries.needs(by, site_id)
    given = {(row.shift_id, row.role): [_NEEDS[row.role][order[row.shift_code]]] * 7 for row in needs}
    team_actions.set_needs(by=by, site_id=site_id, given=given)


def _known(username: str) -> UUID:
    member = staff_queries.member_of(Actor(username))
    if member is None:
        raise LookupError(f"{accounts.name_of(username)} is not on record")
    return member.id


def _crew(
    by: Actor, told: Campaign, name: str, qualification: str, roles: tuple[str, ...], began: date, nth: int
) -> UUID:
    """One of them has a vaccination certificate that ends tomorrow."""
    member = staff.enrol(
        by=by,
        area_code=told.sites[0].area_code,
        name=name,
        qualification=qualification,
        roles=roles,
        joined_on=began,
    )
    for role in roles:
        if role in _CERTIFICATES:
            ends = told.county.today + timedelta(days=1) if nth == 1 else None
            staff.certify(
                by=by, member_id=member.pk, kind=_CERTIFICATES[role], valid_from=began, valid_until=ends,
                issued_by=f"{told.county.name}卫生健康委员会",
                number=f"{told.county.code}-{began.year}-{role[:1].upper()}{nth:03d}",
            )  # fmt: skip
    return member.pk
