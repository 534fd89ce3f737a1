"""What the tests of this module's lists and plans share: the county at noon of one day, and who works there."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules.outreach import county
from tests.modules.outreach.county import FIRST, NOON
from yingjie.foundation import clock
from yingjie.foundation.access.queries import actor_for


@pytest.fixture
def here(db: None) -> Iterator[None]:
    """The county's areas and rules, at noon."""
    county.tree()
    with clock.at(NOON):
        yield


@pytest.fixture
def lead(here: None) -> Any:
    return actor_for(county.user("town_lead"))


@pytest.fixture
def officer(here: None) -> Any:
    """Of the first village."""
    return actor_for(county.user("village_officer", FIRST))
