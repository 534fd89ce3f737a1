"""Demo counties made once for all tests of this folder."""

from __future__ import annotations

from datetime import date

import pytest

from yingjie.areas import divisions
from yingjie.demo.history import Campaign, campaign
from yingjie.demo.population import County, Household, Person, generate

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def pinggu() -> list[divisions.Division]:
    return divisions.load("110117")


@pytest.fixture(scope="session")
def county(pinggu: list[divisions.Division]) -> County:
    """The medium county: all villages, 46,000 people."""
    return generate("medium", 1, TODAY, pinggu)


@pytest.fixture(scope="session")
def households(county: County) -> list[Household]:
    return list(county.households())


@pytest.fixture(scope="session")
def people(households: list[Household]) -> list[Person]:
    return [person for household in households for person in household.people]


@pytest.fixture(scope="session")
def told(county: County) -> Campaign:
    return campaign(county)
