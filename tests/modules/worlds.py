"""A world that a whole file of tests stands on: made once, in a transaction that is never committed. Each test works in a savepoint
of its own and leaves it as it was.

    @pytest.fixture(scope="module")
    def _county(django_db_setup, django_db_blocker):
        with worlds.kept(django_db_blocker):
            campaign.tree()
            yield campaign.site()
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """Rows made here last until the end of the `with`, for every test in between."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
