"""Who counts on which day: from moving in until leaving; when the roster came does not matter."""

from datetime import date

import pytest

from tests.modules import campaign
from yingjie.foundation import clock
from yingjie.people import actions, queries
from yingjie.people.refusals import MovedInImpossible

pytestmark = pytest.mark.django_db
BORN = date(1950, 1, 1)


@pytest.fixture(autouse=True)
def noon_in_may() -> None:
    campaign.tree()


def enter(serial: int = 1, **more: object) -> object:
    with clock.at(campaign.NOON):
        return actions.register(
            by=campaign.maker,
            area_code=campaign.VILLAGE,
            name="甲某",
            number=campaign.identity_number(BORN, serial),
            **more,
        )


def counted(on: date) -> int:
    return sum(queries.ledger_counts(campaign.maker, campaign.TOWN, on).values())


def test_a_late_roster_is_about_people_who_lived_here_before_it_came() -> None:
    enter()
    assert counted(date(2021, 1, 1)) == 1
    assert counted(date(1949, 12, 31)) == 0  # not born


def test_who_moved_in_counts_from_that_day() -> None:
    enter(moved_in_on=date(2021, 4, 1))
    assert (counted(date(2021, 3, 31)), counted(date(2021, 4, 1))) == (0, 1)


def test_who_left_counts_until_the_day_before() -> None:
    person = enter()
    with clock.at(campaign.NOON):
        actions.leave(by=campaign.maker, person_id=person.pk, on=campaign.TODAY, reason="moved_away")
    assert (counted(date(2021, 5, 18)), counted(campaign.TODAY)) == (1, 0)


@pytest.mark.parametrize("on", [date(1949, 12, 31), date(2021, 5, 20)])
def test_nobody_moves_in_before_birth_or_in_the_future(on: date) -> None:
    with pytest.raises(MovedInImpossible):
        enter(moved_in_on=on)
    assert counted(campaign.TODAY) == 0
