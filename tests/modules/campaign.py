"""A very small campaign for the tests of the modules around a site: one village, one clinic, one lot, invented people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from vaxkit.identity import check_digit
from yingjie.areas.models import Area
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.access.models import Grant, User
from yingjie.sites import actions as sites
from yingjie.sites.models import Site
from yingjie.staff import actions as staff
from yingjie.stock import actions as stock
from yingjie.stock.models import Lot
from yingjie.stock.receipts import Transport
from yingjie.vaccines import actions as vaccines

TOWN, VILLAGE, OTHER_VILLAGE = "110117001", "110117001001", "110117001002"
TREE = (
    ("11", "北京市", "province", None),
    ("1101", "市辖区", "city", "11"),
    ("110117", "平谷区", "county", "1101"),
    (TOWN, "滨河街道", "town", "110117"),
    (VILLAGE, "甲村", "village", TOWN),
    (OTHER_VILLAGE, "乙村", "village", TOWN),
)
BIBP, SINOVAC = "BIBP-COVID19", "SINOVAC-CORONAVAC"
NOON = datetime(2021, 5, 19, 4, 0, tzinfo=UTC)  # 12:00 in Beijing
TODAY = date(2021, 5, 19)
EXPIRY = date(2022, 3, 31)
#: A transport that the law lets in.
COLD = Transport(lowest=Decimal("3.1"), highest=Decimal("5.6"), minutes=95, release_number="SP-2021-001")
ALL = "a test looks at everything"
maker = system("test")


def actor(role: str, code: str = TOWN, site_id: UUID | None = None) -> Actor:
    return Actor(name=role, title=f"the {role}", held=(Held(role, code, site_id),))


def places() -> None:
    """Areas and products; no policy is in force yet."""
    for code, name, level, parent in TREE:
        Area.objects.create(code=code, name=name, level=level, parent_id=parent, pinyin=name)
    vaccines.load_products(by=maker)
    for account in ("site_lead", "vaccinator"):
        certified(account)


def certified(account: str, qualification: str = "physician") -> UUID:
    """The staff record of whoever acts under this name, with every certificate there is."""
    member = staff.enrol(
        by=maker,
        area_code=TOWN,
        name=account,
        qualification=qualification,
        roles=("registrar", "screening_doctor", "vaccinator", "observer"),
        account=account,
        joined_on=date(2020, 1, 1),
    )
    for kind in ("vaccination", "screening", "emergency"):
        staff.certify(
            by=maker,
            member_id=member.pk,
            kind=kind,
            number=f"{account}-{kind}",
            valid_from=date(2020, 1, 1),
            valid_until=date(2039, 12, 31),
        )
    return member.pk


def tree() -> None:
    """The same with every shipped policy in force from its own day."""
    places()
    vaccines.load_shipped(by=maker)


def sign_in(client: Client, role: str, code: str = TOWN, site_id: UUID | None = None) -> None:
    """A user of that role, signed in with a second factor, in Chinese."""
    user = User.objects.create(username=role, display_name=role, created_at=NOON)
    Grant.objects.create(
        user=user, role=role, area_code=code, site_id=site_id, from_on=date(2021, 1, 1), granted_by="test"
    )
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = "zh-hans"


def site(code: str = "S1", **more: object) -> Site:
    asked = {
        "name": f"接种点{code}",
        "kind": "clinic",
        "area_code": TOWN,
        "opened_on": date(2021, 1, 1),
    } | more
    return sites.open_site(by=maker, code=code, **asked)


def make_ready(at: Site) -> Site:
    """Everything that the site's kind asks for, through the real actions: it may open a session at any time near NOON."""
    from yingjie.sites import layout_actions, readiness_actions, readiness_queries, standards

    layout_actions.lay_out(by=maker, site_id=at.pk)
    wanted = readiness_queries.equipment(maker, at.pk, at.kind)
    given = {piece.code: readiness_actions.Stock(piece.wanted) for piece in wanted}
    readiness_actions.equip(by=maker, site_id=at.pk, given=given)
    readiness_actions.plan_emergency(by=maker, site_id=at.pk, hospital="区医院", ambulance="on_site")
    kit = {code: (remedy.least, date(2030, 1, 1)) for code, remedy in standards.kit().items()}
    readiness_actions.check_kit(by=maker, site_id=at.pk, given=kit)
    looked = [item.code for item in standards.items_for(at.kind) if not item.told]
    with clock.at(NOON):
        answers = {code: readiness_actions.Answer("fine") for code in looked}
        readiness_actions.inspect(by=maker, site_id=at.pk, answers=answers)
    return at


def trace_code(serial: int) -> str:
    """A 20-digit trace code, invented."""
    return f"81234567{serial:012d}"


def lot(
    at: Site, *, doses: int = 5, number: str = "L1", product: str = BIBP, first: int = 1, per_vial: int = 1
) -> Lot:
    codes = [trace_code(first + nth) for nth in range(doses // per_vial)]
    with clock.at(NOON - timedelta(days=30)):
        return stock.receive(
            by=maker,
            site_id=at.pk,
            product_code=product,
            lot_number=number,
            expires_on=EXPIRY,
            doses=doses,
            codes=codes,
            transport=COLD,
        ).lot


def identity_number(birth_on: date, serial: int) -> str:
    """Of the unassigned region 999999, with a valid check digit."""
    first17 = f"999999{birth_on:%Y%m%d}{serial:03d}"
    return first17 + check_digit(first17)


def person(serial: int = 1, *, birth_on: date = date(1950, 1, 1), area: str = VILLAGE, name: str = "甲某"):
    """A woman (even serial) or man (odd serial) of the village's ledger."""
    from yingjie.people import actions as people

    return people.register(
        by=maker,
        area_code=area,
        name=name,
        sex="male" if serial % 2 else "female",
        birth_on=birth_on,
        number=identity_number(birth_on, serial),
        registered_on=date(2021, 1, 1),
        source="test",
    )
