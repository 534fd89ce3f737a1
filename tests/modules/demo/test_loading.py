"""Two roads into the database, one content; all or nothing; the same county again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Sum

from yingjie.areas.actions import load_county
from yingjie.areas.divisions import Division
from yingjie.areas.models import Unit
from yingjie.clinic.models import Visit
from yingjie.demo import actions, in_bulk, population, through_actions, timeline
from yingjie.demo.history import ZONE, campaign
from yingjie.demo.models import LoadedCounty
from yingjie.demo.population import County, generate
from yingjie.demo.refusals import AlreadyLoaded, DayToCome, LedgerInUse, RealInstance, UnknownSize
from yingjie.doses.actions import rebuild_standings
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed
from yingjie.outreach.models import CarePlan, CheckList
from yingjie.oversight import kept_steps, reproducing
from yingjie.oversight.models import Bulletin, KeptStep
from yingjie.people import actions as people
from yingjie.people.models import DocumentKey, Person, RosterImport
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, ClosedDay, Excursion, Fridge, Lot, Movement, Receipt, Transfer, Vial
from yingjie.web import registry

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
    """Two villages of some 35 people each; its seed is one in which everything that is rare happens."""
    monkeypatch.setitem(population.PEOPLE, "small", 70)
    nodes = [node for node in pinggu if node.level != "village" or node.code in VILLAGES]
    return generate("small", 1262, TODAY, nodes, town="110117101")


# --- what stands in the database, without what differs from one load to the next ------------------------------------------

FATES = ("same", "changed", "new", "doubtful", "refused")
LEFT_OUT = {
    "Entry", "ChainHead", "LoadedCounty", "JobRecord", "Draft", "StandingsMade",
    # What follows from the other rows, and what was on record at the moment of a write.
    "Touched", "KeptStep", "KeptCell", "KeptChange", "KeptPerson", "KeptBefore", "FormerFacts",
}  # fmt: skip
# Lists that were fed back, pages of rosters and documents of plans hold rows by their ids: how many is compared, the rows
# in tests of their own.
DIFFERENT_EVERY_TIME = {
    "password", "Standing.revision", "UnvaccinatedIssue.rows", "UnvaccinatedIssue.sha256", "CheckList.file_sha256",
    "RosterPage.content", "Board.facts", "LaterDoses.told", "SupplyPlan.told",
}  # fmt: skip


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
    keys |= {
        row.pk: (keys[row.site_id], keys[row.lot_id], row.came_at) for row in Receipt.objects.unscoped(ALL)
    }
    keys |= {row.pk: (keys[row.site_id], row.name) for row in Fridge.objects.unscoped(ALL)}
    keys |= {row.pk: (keys[row.fridge_id], row.first_at) for row in Excursion.objects.unscoped(ALL)}
    keys |= {row.pk: (keys[row.site_id], row.number) for row in Transfer.objects.unscoped(ALL)}
    keys |= {row.pk: (keys[row.site_id], row.on) for row in ClosedDay.objects.unscoped(ALL)}
    keys |= {dose.pk: (keys[dose.person_id], dose.number) for dose in Dose.objects.unscoped(ALL)}
    keys |= dict(RosterImport.objects.unscoped(ALL).values_list("pk", "file_name"))
    for model, column in ((Unit, "name"), (CheckList, "title"), (CarePlan, "obstacles")):
        keys |= dict(model.objects.unscoped(ALL).values_list("pk", column))
    keys |= dict(apps.get_model("access", "User").objects.values_list("pk", "username"))
    return _with_nameless(keys)


def _with_nameless(keys: dict[UUID, object]) -> dict[UUID, object]:
    """Rows without a name of their own are called by what stands in them, each after those that it names."""
    left = [
        row
        for model in apps.get_models()
        if model.__module__.startswith("yingjie.") and model.__name__ not in LEFT_OUT
        if isinstance(model._meta.pk, models.UUIDField)
        for row in rows_of(model)
        if row.pk not in keys
    ]
    while left:
        found = {row.pk: natural(row, keys) for row in left}
        named = {
            pk: told
            for pk, told in found.items()
            if not any(isinstance(each, UUID) for each in told.values())
        }
        for row in left:
            if row.pk in (named or found):
                keys[row.pk] = (type(row).__name__, repr(found[row.pk]))
        left = [row for row in left if row.pk not in keys]
    return keys


def natural(row: models.Model, keys: dict[UUID, object]) -> dict[str, object]:
    found = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        names = {column.attname, f"{type(row).__name__}.{column.attname}"}
        if names & DIFFERENT_EVERY_TIME or (column.primary_key and isinstance(value, UUID)):
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
        assert KeptStep.objects.count() == 1 and kept_steps.check() == ()
        recorded = set(Entry.objects.values_list("verb", flat=True))
        assert sorted(recorded - set(registry.current.journal)) == [], "verbs without words"
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
        "Unit",
        "Employment",
        "CarePlan",
        "CheckItem",
        "UnvaccinatedIssue",
        "ReportedFigures",
    } <= filled


def test_the_tiny_county_holds_what_is_rare(tiny: County) -> None:
    told = campaign(tiny, timeline.end_of(TODAY))
    days = list(timeline.days(told, NOW))
    assert any(day.alone for day in days)
    assert any(person.birth_on > told.began_on for person in tiny.people())
    today = days[-1]
    assert [visit.dose is None for visit in today.visits if visit.left_at is None].count(True) >= 1
    assert len({visit.site_code for day in days for visit in day.visits}) == 2


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The township of size small with fewer people: all 22 villages, seconds less."""
    monkeypatch.setitem(population.PEOPLE, "small", 660)


def load(**more: Any) -> dict[str, int]:
    return actions.load(**{"by": loader, "size": "small", "seed": 1} | more)


def test_a_load_is_sound_and_repeats(small: None) -> None:
    with transaction.atomic():
        load()
        first = content()
        transaction.set_rollback(True)
    told: list[tuple[int, int]] = []
    counts = load(progress=lambda done, total: told.append((done, total)))
    assert content() == first
    assert actions.loaded_counts() == counts
    assert counts["people"] == Person.objects.unscoped(ALL).count() == 660
    assert (counts["sites"], counts["bulletins"], counts["accounts"]) == (3, 8, 15)
    assert told[-1] == (actions.STEPS, actions.STEPS) and told == sorted(told)
    assert rebuild_standings(by=loader) == 0
    sums = (
        Movement.objects.unscoped(ALL).values_list("site_id", "lot_id", "state").annotate(doses=Sum("doses"))
    )
    held = Balance.objects.unscoped(ALL).exclude(doses=0).values_list("site_id", "lot_id", "state", "doses")
    assert sorted(row for row in sums if row[3]) == sorted(held)
    given = Vial.objects.unscoped(ALL).filter(doses_given=1).count()
    assert given == counts["doses"] == Dose.objects.unscoped(ALL).count()


def test_nothing_lies_in_the_future_and_the_site_is_at_work(small: None) -> None:
    load()
    moments = Visit.objects.unscoped(ALL).values_list("registered_at", "vaccinated_at", "left_at")
    assert max(moment for row in moments for moment in row if moment) <= NOW
    assert Dose.objects.unscoped(ALL).filter(recorded_at__gt=NOW).count() == 0
    today = Visit.objects.unscoped(ALL).filter(on=TODAY).values_list("state", flat=True)
    assert {"screened", "observed"} <= set(today)  # waiting for the needle, and resting after it
    assert Visit.objects.unscoped(ALL).exclude(on=TODAY).exclude(state="left").count() == 0
    roster = RosterImport.objects.unscoped(ALL).get()
    assert roster.state == "proposed"
    assert [roster.counts[fate] for fate in FATES] == [14, 1, 3, 1, 1]


@pytest.mark.parametrize("hour", [0, 4, 7, 9, 23])
def test_the_site_is_at_work_at_any_hour(small: None, pinggu: list[Division], hour: int) -> None:
    now = datetime(2026, 11, 20, hour, 20, tzinfo=ZONE)
    county = generate("small", 1, TODAY, pinggu)
    day = list(timeline.days(campaign(county, timeline.end_of(TODAY)), now))[-1]
    assert day.on == TODAY
    moments = [
        moment
        for visit in day.visits
        for moment in (visit.registered_at, visit.dose and visit.dose.at)
        if moment
    ]
    assert max(moments) <= now and {moment.date() for moment in moments} == {TODAY}
    open_ = [visit for visit in day.visits if visit.left_at is None]
    assert {visit.dose is None for visit in open_} == {True, False}
    assert all(received.at <= now for received in day.received)


def test_late_doses_come_into_the_next_bulletin_and_each_is_counted_again_the_same(small: None) -> None:
    load()
    lates = [
        sum(line["late"] for line in bulletin.content["lines"])
        for bulletin in Bulletin.objects.unscoped(ALL).filter(area_id="110117").order_by("on")
    ]
    assert len(lates) == 5 and sum(lates[1:]) > 0
    counted_again = list(reproducing.check(loader, "", None))
    assert len(counted_again) == 8
    assert [each for each in counted_again if each.differences] == []


def test_a_day_that_is_over_is_told_until_its_morning(small: None) -> None:
    load(today=date(2026, 11, 18))
    newest = Visit.objects.unscoped(ALL).order_by("-registered_at").values_list("registered_at", flat=True)[0]
    assert datetime(2026, 11, 18, 10, tzinfo=ZONE) < newest <= datetime(2026, 11, 18, 10, 40, tzinfo=ZONE)


# --- refusals ----------------------------------------------------------------------------------------------------------


def nothing_is_there() -> bool:
    return not LoadedCounty.objects.exists() and not Entry.objects.filter(verb="demo.load").exists()


def test_a_real_instance_takes_no_invented_people(settings: Any) -> None:
    settings.YINGJIE_DEMO = False
    with pytest.raises(RealInstance) as refused:
        load()
    assert refused.value.code == "demo.real_instance"
    assert nothing_is_there()
    assert actions.loaded_counts() == {}


def test_one_demo_county_an_instance(small: None) -> None:
    counts = load()
    with pytest.raises(AlreadyLoaded) as refused:
        load(seed=2)
    assert refused.value.code == "demo.already_loaded"
    assert actions.loaded_counts() == counts
    assert Person.objects.unscoped(ALL).count() == 660


def test_a_number_that_the_ledger_knows_leaves_nothing_half(small: None, pinggu: list[Division]) -> None:
    load_county(by=loader, code="110117")
    somebody = list(generate("small", 1, TODAY, pinggu).people())[-1]
    people.register(by=loader, area_code=somebody.village_code, name="某人", number=somebody.identity_number)
    with pytest.raises(LedgerInUse) as refused:
        load()
    assert refused.value.code == "demo.ledger_in_use"
    assert Person.objects.unscoped(ALL).count() == 1
    assert nothing_is_there() and not Site.objects.unscoped(ALL).exists()


def test_what_is_no_size_no_day_and_nobodys_business(small: None) -> None:
    with pytest.raises(UnknownSize):
        load(size="huge")
    with pytest.raises(DayToCome):
        load(today=date(2026, 11, 21))
    with pytest.raises(NotAllowed):
        load(by=Actor("town", (Held("town_lead", "110117101"),)))
    assert nothing_is_there()
