"""Two roads into the database, one content; all or nothing; the same county again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models, transaction

from yingjie.areas.divisions import Division
from yingjie.areas.models import Area
from yingjie.clinic.models import Visit
from yingjie.demo import actions, in_bulk, open_work, population, through_actions, timeline
from yingjie.demo.history import ZONE, campaign
from yingjie.demo.models import LoadedCounty
from yingjie.demo.population import County, generate
from yingjie.demo.refusals import AlreadyLoaded, DayToCome, LedgerInUse, RealInstance, UnknownSize
from yingjie.doses.actions import rebuild_standings
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.journal.models import Entry
from yingjie.oversight.models import Bulletin
from yingjie.people import actions as people
from yingjie.people.models import DocumentKey, Person, RosterImport
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Lot, Movement, Vial

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 14, 5, tzinfo=ZONE)
VILLAGES = ("110117101200", "110117101201")
ALL = "a test looks at everything"
loader = system("demo")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_instance(settings: Any) -> None:
    settings.YINGJIE_DEMO = True


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def tiny(pinggu: list[Division], monkeypatch: pytest.MonkeyPatch) -> County:
    """Two villages of some 60 people each; its seed is one in which everything that is rare happens."""
    monkeypatch.setitem(population.PEOPLE, "small", 120)
    nodes = [node for node in pinggu if node.level != "village" or node.code in VILLAGES]
    return generate("small", 264, TODAY, nodes, town="110117101")


# --- what stands in the database, without what differs from one load to the next ------------------------------------------

LEFT_OUT = {"Entry", "ChainHead", "LoadedCounty", "JobRecord", "Draft"}
DIFFERENT_EVERY_TIME = {"password"}


def content() -> dict[str, list[str]]:
    """Every table of the product, rows by their natural keys. Encrypted columns are read, so both roads' can be."""
    keys = natural_keys()
    return {
        model.__name__: sorted(repr(natural(row, keys)) for row in rows_of(model))
        for model in apps.get_models()
        if model.__module__.startswith("yingjie.") and model.__name__ not in LEFT_OUT
    }


def rows_of(model: type[models.Model]) -> models.QuerySet[Any]:
    rows = model._default_manager
    return rows.unscoped(ALL) if hasattr(rows, "unscoped") else rows.all()


def natural_keys() -> dict[UUID, object]:
    keys: dict[UUID, object] = dict(DocumentKey.objects.values_list("person_id", "number_index"))
    keys |= dict(Site.objects.unscoped(ALL).values_list("pk", "code"))
    keys |= {lot.pk: (lot.product_id, lot.number) for lot in Lot.objects.all()}
    keys |= {dose.pk: (keys[dose.person_id], dose.number) for dose in Dose.objects.unscoped(ALL)}
    keys |= dict(RosterImport.objects.unscoped(ALL).values_list("pk", "file_name"))
    keys |= dict(apps.get_model("access", "User").objects.values_list("pk", "username"))
    return keys


def natural(row: models.Model, keys: dict[UUID, object]) -> dict[str, object]:
    found = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.attname in DIFFERENT_EVERY_TIME or (
            column.primary_key and value not in keys and isinstance(value, UUID)
        ):
            continue
        if isinstance(value, UUID) and type(row).__name__ == "RosterRow":
            value = keys.get(value, "new")
        found[column.attname] = keys.get(value, value) if isinstance(value, UUID) else value
    return found


def loaded(county: County, road: actions.Road = in_bulk.load) -> tuple[dict[str, list[str]], dict[str, int]]:
    """What a load writes; taken back again."""
    with transaction.atomic():
        counts = actions.bring_in(by=loader, county=county, road=road)
        found = content()
        transaction.set_rollback(True)
    return found, counts


# --- the tests ------------------------------------------------------------------------------------------------------------


def test_both_roads_write_the_same_rows(tiny: County) -> None:
    by_actions, counts = loaded(tiny, through_actions.load)
    in_bulk_, counts_in_bulk = loaded(tiny, in_bulk.load)
    assert counts_in_bulk == counts
    assert sorted(by_actions) == sorted(in_bulk_)
    for table in by_actions:
        assert in_bulk_[table] == by_actions[table], table
    filled = {table for table, rows in by_actions.items() if rows}
    assert {
        "Person",
        "Phone",
        "Dose",
        "Standing",
        "Visit",
        "SiteDay",
        "Movement",
        "Vial",
        "Attempt",
        "Bulletin",
    } <= filled


def test_the_tiny_county_holds_what_is_rare(tiny: County) -> None:
    told = campaign(tiny, timeline.end_of(TODAY))
    days = list(timeline.days(told, NOW))
    assert any(day.alone for day in days)
    assert any(person.birth_on > told.began_on for person in tiny.people())
    today = days[-1]
    assert [visit.dose is None for visit in today.visits if visit.left_at is None].count(True) >= 1
    assert len({visit.site_code for day in days for visit in day.visits}) == 2
