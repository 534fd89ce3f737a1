"""Visits: what may be written down and by whom, what is told to whom, and the reasons as counts."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from yingjie.areas.models import Area
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.outreach import actions, queries
from yingjie.outreach.models import REASONS, Attempt
from yingjie.people.models import Person
from yingjie.vaccines.actions import load_products, load_shipped

COUNTY, TOWN, FIRST, SECOND, OTHER = "110117", "110117001", "110117001001", "110117001002", "110117002"
NOW = datetime(2021, 6, 2, 17, tzinfo=clock.CAMPAIGN_ZONE)

pytestmark = pytest.mark.django_db


def actor(role: str, code: str) -> Actor:
    return Actor(name=f"{role}@{code}", held=(Held(role, code),))


OFFICER = actor("village_officer", FIRST)
LEAD = actor("town_lead", TOWN)


@pytest.fixture(autouse=True)
def town(db: None):  # type: ignore[no-untyped-def]
    levels = {COUNTY: "county", TOWN: "town", OTHER: "town", FIRST: "village", SECOND: "village"}
    for code, name in (
        (COUNTY, "平谷区"),
        (TOWN, "北镇"),
        (OTHER, "南镇"),
        (FIRST, "甲村"),
        (SECOND, "乙村"),
    ):
        parent = max(
            (other for other in levels if code != other and code.startswith(other)), key=len, default=None
        )
        Area.objects.create(code=code, name=name, level=levels[code], parent_id=parent, pinyin="")
    with clock.at(NOW):
        yield


def resident(area: str = FIRST, born: int = 1950) -> Person:
    return Person.objects.create(
        area_id=area, name="某人", pinyin="", sex="male", birth_on=date(born, 6, 2), registered_on=date(2021, 1, 1),
        source="test",
    )  # fmt: skip


def test_a_visit_is_written_down_with_who_and_when() -> None:
    person = resident()
    actions.record_attempt(
        by=OFFICER, person_id=person.pk, outcome="refused", reason="afraid", note=" 想再看看 "
    )
    row = queries.history(OFFICER, person.pk)[0]
    assert (row.at, row.by, row.outcome, row.reason, row.note) == (
        NOW,
        OFFICER.name,
        "refused",
        "afraid",
        "想再看看",
    )
    entry = Entry.objects.get(verb="outreach.record_attempt")
    assert (entry.area_code, entry.facts) == (FIRST, {"person_id": str(person.pk)})


def test_visits_come_newest_first() -> None:
    person = resident()
    for days, outcome in ((2, "not_met"), (5, "away"), (0, "agreed")):
        actions.record_attempt(
            by=OFFICER, person_id=person.pk, outcome=outcome, at=NOW - timedelta(days=days)
        )
    assert [row.outcome for row in queries.history(OFFICER, person.pk)] == ["agreed", "not_met", "away"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"outcome": "refused"}, "outreach.reason_needed"),
        ({"outcome": "agreed", "reason": "afraid"}, "outreach.reason_not_expected"),
        ({"outcome": "maybe"}, "outreach.unknown_outcome"),
        ({"outcome": "thinking", "reason": "bored"}, "outreach.unknown_outcome"),
        ({"outcome": "away", "at": NOW + timedelta(minutes=1)}, "outreach.visit_to_come"),
    ],
)
def test_what_cannot_be_written_down(given: dict[str, object], code: str) -> None:
    person = resident()
    with pytest.raises(Refusal) as refused:
        actions.record_attempt(by=OFFICER, person_id=person.pk, **given)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not Attempt.objects.unscoped("test").exists() and not Entry.objects.exists()


def test_only_people_of_ones_own_area_are_visited() -> None:
    person = resident(SECOND)
    for by, refusal in ((OFFICER, NotFound), (actor("auditor", COUNTY), NotAllowed)):
        with pytest.raises(refusal):
            actions.record_attempt(by=by, person_id=person.pk, outcome="away")
    with pytest.raises(NotFound):
        actions.record_attempt(by=OFFICER, person_id=uuid4(), outcome="away")
    assert not Attempt.objects.unscoped("test").exists()
    actions.record_attempt(by=LEAD, person_id=person.pk, outcome="away")
    assert queries.history(OFFICER, person.pk) == []
    assert len(queries.history(LEAD, person.pk)) == 1


def test_a_health_reason_is_told_only_to_who_records_visits_there() -> None:
    person = resident()
    actions.record_attempt(
        by=OFFICER, person_id=person.pk, outcome="medical", reason="chronic_illness", note="高血压"
    )
    told, auditor = (
        queries.history(LEAD, person.pk)[0],
        queries.history(actor("auditor", COUNTY), person.pk)[0],
    )
    assert (told.reason, told.note, told.is_health) == ("chronic_illness", "高血压", True)
    assert (auditor.reason, auditor.note, auditor.is_health) == ("", "", True)


def test_reasons_are_counted_once_a_person_by_village_and_age_band() -> None:
    load_products(by=system("test"))
    load_shipped(by=system("test"))
    old, young, changed, left, nowhere = (
        resident(born=1941), resident(SECOND, born=1961), resident(SECOND), resident(), resident(TOWN, born=2003)
    )  # fmt: skip
    visit = actions.record_attempt
    visit(by=LEAD, person_id=old.pk, outcome="refused", reason="afraid", at=NOW - timedelta(days=9))
    visit(by=LEAD, person_id=old.pk, outcome="medical", reason="chronic_illness")
    visit(by=LEAD, person_id=young.pk, outcome="away", reason="away_for_work")
    visit(by=LEAD, person_id=changed.pk, outcome="refused", reason="refuses", at=NOW - timedelta(days=1))
    visit(by=LEAD, person_id=changed.pk, outcome="agreed")
    visit(by=LEAD, person_id=left.pk, outcome="refused", reason="refuses")
    visit(by=LEAD, person_id=nowhere.pk, outcome="thinking", reason="afraid")
    Person.objects.unscoped("test").filter(pk=left.pk).update(left_on=date(2021, 6, 2))
    found = queries.reasons(LEAD, TOWN)
    heard = {
        (row.name, reason)
        for row in found.by_area
        for reason, count in zip(REASONS, row.counts, strict=True)
        if count
    }
    assert heard == {("甲村", "chronic_illness"), ("乙村", "away_for_work"), ("", "afraid")}
    assert [row.code for row in found.by_area] == [FIRST, SECOND, ""]
    assert {row.code: row.total for row in found.by_age} == {
        "under_18": 0,
        "18_59": 1,
        "60_69": 1,
        "70_79": 0,
        "80_up": 1,
    }
    assert found.total.total == 3


def test_reasons_of_a_foreign_area_do_not_exist() -> None:
    for code in (OTHER, COUNTY, SECOND):
        with pytest.raises(NotFound):
            queries.reasons(OFFICER, code)
    assert queries.reasons(OFFICER, FIRST).total.total == 0
