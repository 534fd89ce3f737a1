"""Every story begins with counters of failed tries at nothing."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def clean_cache() -> None:
    cache.clear()
