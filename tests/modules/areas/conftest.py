"""A county in the database, and actors who hold roles on parts of it."""

from __future__ import annotations

import pytest

from yingjie.areas import actions
from yingjie.foundation.access.actor import Actor, Held, system

COUNTY = "110117"


def actor(role: str, code: str) -> Actor:
    return Actor(name=f"{role}@{code}", held=(Held(role, code),))


@pytest.fixture
def county(db: None) -> str:
    actions.load_county(by=system("test"), code=COUNTY)
    return COUNTY


@pytest.fixture
def lead() -> Actor:
    return actor("county_lead", COUNTY)
