"""When two records of a person become one, nothing that any module knows of them is left behind."""

import pytest
from django.apps import apps
from django.db import models

from yingjie.foundation.placement import Placement
from yingjie.people import following, merging, snapshots

OF_PEOPLE = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("yingjie.") and model.placement is Placement.PERSON  # type: ignore[attr-defined]
]


@pytest.mark.parametrize("model", OF_PEOPLE, ids=lambda model: model.__name__)
def test_rows_spread_by_person_follow_a_merge(model: type[models.Model]) -> None:
    """The ledger's own tables are put back from a snapshot; every other module registers a mover for its tables in apps.py."""
    own = {table for table, _column in snapshots.tables()}
    assert model._meta.db_table in own | merging.answered_for(), (
        f'{model.__name__}: merging.register("{model._meta.app_label}", following.mover(…)) does not name it'
    )


def test_every_foreign_key_to_a_person_is_answered_for() -> None:
    assert set(following.tables_about_people()) <= merging.answered_for()
