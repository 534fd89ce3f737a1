"""The tiny county in the database: people by the dozen, doses on chosen days."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.modules.oversight.tiny_county import AREAS, BIRTH, COUNTY, moment
from yingjie.areas.models import Area
from yingjie.doses.models import Dose, Standing
from yingjie.foundation.access.actor import system
from yingjie.people.models import Person
from yingjie.vaccines.actions import load_products, load_shipped

#: Doses of the inactivated product's primary course.
COURSE = 2


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
    load_shipped(by=system("test"))
    return COUNTY


@pytest.fixture
def people(county: str) -> Callable[..., list[Person]]:
    def make(count: int, area: str, birth_on: date = BIRTH) -> list[Person]:
        return Person.objects.bulk_create(
            Person(
                area_id=area, name=f"某{area[-2:]}{number}", pinyin="", sex="female", birth_on=birth_on,
                registered_on=date(2021, 1, 1), source="test", entered_at=moment(date(2021, 1, 1)),
            )
            for number in range(count)
        )  # fmt: skip

    return make


@pytest.fixture
def doses() -> Callable[..., list[Dose]]:
    def give(to: list[Person], number: int, on: date, recorded_at: datetime | None = None) -> list[Dose]:
        given = Dose.objects.bulk_create(
            Dose(
                person=person, number=number, counts_as=number, product_id="BIBP-COVID19", given_on=on, source="elsewhere",
                given_by="test", recorded_at=recorded_at or moment(on) + timedelta(minutes=1),
            )
            for person in to
        )  # fmt: skip
        if number == COURSE:
            Standing.objects.unscoped("test").bulk_create(
                Standing(
                    person=person,
                    group="COVID-19",
                    doses_counted=number,
                    primary_number=number,
                    primary_on=on,
                )
                for person in to
            )
        return given

    return give
