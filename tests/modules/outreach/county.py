"""A few residents of two villages with doses and visits, for the tests of this module's lists."""

from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tests.modules import campaign as world
from yingjie.areas.models import Area
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.access.models import Grant, User
from yingjie.outreach.models import Attempt
from yingjie.people.models import Person

FIRST, SECOND, TOWN = world.VILLAGE, world.OTHER_VILLAGE, world.TOWN
FOREIGN = "110117002001"
DAY = date(2021, 6, 30)
NOON = datetime(2021, 6, 30, 12, tzinfo=clock.CAMPAIGN_ZONE)


def tree() -> None:
    world.tree()
    Area.objects.create(code="110117002", name="兴谷街道", level="town", parent_id="110117", pinyin="xg")
    Area.objects.create(code=FOREIGN, name="丙村", level="village", parent_id="110117002", pinyin="bing")


def resident(name: str, area: str = FIRST, born: int = 1950, **more: object) -> Person:
    return Person.objects.create(
        area_id=area, name=name, pinyin=name.lower(), sex="female", birth_on=date(born, 1, 1),
        registered_on=date(2021, 1, 1), source="test", entered_at=NOON - timedelta(days=90), **more,
    )  # fmt: skip


def dose(person: Person, number: int = 1, on: date = DAY, source: str = "site") -> Dose:
    """A dose as it stands in the tables, with the standing of a course of two."""
    at = datetime(on.year, on.month, on.day, 9, tzinfo=clock.CAMPAIGN_ZONE)
    made = Dose.objects.create(
        person=person, number=number, counts_as=number, product_id=world.BIBP, given_on=on, source=source,
        site_id=UUID(int=1), given_at=at, lot_number="L", given_by="t", recorded_at=at,
    )  # fmt: skip
    days = list(Dose.objects.unscoped("test").filter(person=person).values_list("given_on", flat=True))
    course = {"primary_number": 2, "primary_on": max(days)} if len(days) == 2 else {}
    Standing.objects.unscoped("test").update_or_create(
        person=person, group=made.group, defaults={"doses_counted": len(days), **course}
    )
    return made


def visit(person: Person, outcome: str, reason: str = "", by: str = "王主任", days_ago: int = 1) -> Attempt:
    at = NOON - timedelta(days=days_ago)
    return Attempt.objects.create(person=person, at=at, by=by, outcome=outcome, reason=reason)


def user(role: str, code: str = TOWN, name: str = "") -> User:
    made = User.objects.create(username=name or role, display_name=name or f"the {role}", created_at=NOON)
    Grant.objects.create(user=made, role=role, area_code=code, from_on=date(2021, 1, 1), granted_by="test")
    TOTP.activate(made, generate_totp_secret())
    return made


def signed_in(made: User, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(made, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = language
    return client
