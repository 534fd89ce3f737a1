"""A tiny county, counted by hand: two towns, three villages, people made by the dozen, doses on chosen days."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from yingjie.areas.models import Area
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.people.models import Person
from yingjie.vaccines.actions import load_products

COUNTY, NORTH, SOUTH = "110117", "110117001", "110117002"
FIRST, SECOND, THIRD = "110117001001", "110117001002", "110117002001"
AREAS = (
    ("11", "北京市", "province"), ("1101", "市辖区", "city"), (COUNTY, "平谷区", "county"), (NORTH, "北镇", "town"),
    (SOUTH, "南镇", "town"), (FIRST, "甲村", "village"), (SECOND, "乙村", "village"), (THIRD, "丙村", "village"),
)  # fmt: skip
BIRTH = date(1970, 1, 1)


def actor(role: str, code: str) -> Actor:
    return Actor(name=f"{role}@{code}", held=(Held(role, code),))


def moment(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), clock.CAMPAIGN_ZONE)


@pytest.fixture
def county(db: None) -> str:
    for code, name, level in AREAS:
        parent = max(
            (other for other, _, _ in AREAS if code != other and code.startswith(other)),
            key=len,
            default=None,
        )
        Area.objects.create(code=code, name=name, level=level, parent_id=parent, pinyin="")
    load_products(by=system("test"))
    return COUNTY


@pytest.fixture
def people(county: str) -> Callable[..., list[Person]]:
    def make(count: int, area: str, birth_on: date = BIRTH) -> list[Person]:
        return Person.objects.bulk_create(
            Person(
                area_id=area, name=f"某{area[-2:]}{number}", pinyin="", sex="female", birth_on=birth_on,
                registered_on=date(2021, 1, 1), source="test",
            )
            for number in range(count)
        )  # fmt: skip

    return make


@pytest.fixture
def doses() -> Callable[..., list[Dose]]:
    def give(to: list[Person], number: int, on: date, recorded_at: datetime | None = None) -> list[Dose]:
        return Dose.objects.bulk_create(
            Dose(
                person=person, number=number, counts_as=number, product_id="BIBP-COVID19", given_on=on, source="elsewhere",
                given_by="test", recorded_at=recorded_at or moment(on) + timedelta(minutes=1),
            )
            for person in to
        )  # fmt: skip

    return give
