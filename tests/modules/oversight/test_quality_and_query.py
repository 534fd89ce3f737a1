"""Signals with their rows, and free queries: what they count, and who sees what."""

import io
from datetime import date, timedelta
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from tests.modules import campaign as tiny
from yingjie.areas import unit_actions
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import free_query, quality, saved_queries
from yingjie.oversight.free_query import Asked
from yingjie.oversight.models import ReportedFigures, SavedQuery
from yingjie.oversight.refusals import CannotBeAsked
from yingjie.people.models import Person
from yingjie.people.unit_actions import employ_many

pytestmark = pytest.mark.django_db

COUNTY = tiny.actor("county_lead", "110117")
VILLAGE = tiny.actor("village_officer", tiny.VILLAGE)


@pytest.fixture
def people() -> list[Person]:
    """Thirty in the first village, ten of them with a first dose of yesterday, one a minute late at night; five in the second."""
    tiny.tree()
    at = tiny.site()
    found = [tiny.person(serial, birth_on=date(1950 + serial, 1, 1)) for serial in range(1, 31)]
    found += [
        tiny.person(serial, area=tiny.OTHER_VILLAGE, birth_on=date(1930, 1, 1)) for serial in range(101, 106)
    ]
    Person.objects.unscoped(tiny.ALL).update(entered_at=tiny.NOON - timedelta(days=90))
    for nth, someone in enumerate(found[:25]):
        when = tiny.NOON - timedelta(days=1) + timedelta(seconds=20 * nth)
        Dose.objects.unscoped(tiny.ALL).create(
            person=someone, number=1, counts_as=1, product_id=tiny.BIBP, given_on=clock.day_of(when), given_at=when,
            source="site", site_id=at.pk, lot_number="L1", given_by="王护士",
            recorded_at=when + (timedelta(days=2) if nth < 6 else timedelta()),
        )  # fmt: skip
    return found


def test_signals_open_the_rows_and_name_nobody_to_whom_may_not_see_them(
    client: Client, people: list[Person]
) -> None:
    for place, back in ((tiny.VILLAGE, 0), (tiny.OTHER_VILLAGE, 0)):
        ReportedFigures.objects.unscoped(tiny.ALL).create(
            area_id=place, on=tiny.TODAY - timedelta(back), figures={"to_do": 30, "away": 20, "done_1": 17}, by="村",
            at=tiny.NOON,
        )  # fmt: skip
    with clock.at(tiny.NOON + timedelta(days=2)):
        _area, found = quality.seen(COUNTY, "110117")
        assert [(each.rule.code, each.place, len(each.signal.rows)) for each in found] == [
            ("copied-counts", "甲村", 2), ("fast-doses", "接种点S1", 25), ("late-doses", "接种点S1", 6),
        ]  # fmt: skip
        late = found[2].signal
        _area, seen, rows = quality.evidence(COUNTY, "110117", "late-doses", late.key)
        assert [row.person.name if row.person else "" for row in rows] == ["甲某"] * 6
        assert {UUID(key) for key in seen.signal.rows} == set(
            Dose.objects.unscoped(tiny.ALL).filter(person__in=people[:6]).values_list("pk", flat=True)
        )
        lead = tiny.actor("site_lead", tiny.TOWN)
        assert all(row.person is None for row in quality.evidence(lead, tiny.TOWN, "late-doses", late.key)[2])
        for stranger in (VILLAGE, tiny.actor("county_lead", "110118"), Actor(name="nobody")):
            with pytest.raises(NotFound):
                quality.seen(stranger, "110117")
        with pytest.raises(NotFound):
            quality.evidence(COUNTY, "110117", "late-doses", str(people[0].pk))
        tiny.sign_in(client, "county_lead", "110117")
        assert "接种录入滞后" in client.get("/reports/quality/", follow=True).content.decode()
        assert "王护士" in client.get(f"/reports/quality/110117/late-doses/{late.key}/").content.decode()
        assert (
            "甲村"
            in client.get(f"/reports/quality/110117/copied-counts/{found[0].signal.key}/").content.decode()
        )


def ask(actor: Actor, measure: str, rows: str, area: str = "110117", **more: object) -> dict[str, int]:
    found = free_query.answer(actor, Asked(area, measure, rows, tiny.TODAY, **more))
    assert (
        not found.asked.adds_up
        or sum(each.numerator for each in found.row_sums.values()) == found.total.numerator
    )
    return {key: each.numerator for key, each in found.row_sums.items()}


def test_queries_count_what_the_actor_may_see(people: list[Person]) -> None:
    unit = unit_actions.open_unit(
        by=COUNTY, area_code=tiny.VILLAGE, name="卫生院", kind="hospital", opened_on=date(2021, 1, 1)
    )
    with clock.at(tiny.NOON):
        employ_many(
            by=COUNTY,
            unit_id=unit.pk,
            positions=dict.fromkeys((each.pk for each in people[:4]), ""),
            from_on=date(2021, 1, 2),
        )
    line = unit.line_id
    lead = Actor(name="line", held=(Held("line_lead", "110117", line_code=line),))
    with clock.at(tiny.NOON + timedelta(hours=1)):
        assert ask(COUNTY, "people", "village") == {tiny.VILLAGE: 30, tiny.OTHER_VILLAGE: 5}
        assert ask(COUNTY, "first", "village") == {
            tiny.VILLAGE: 19,
            tiny.OTHER_VILLAGE: 0,
        }  # six are not entered yet
        assert ask(COUNTY, "left", "village") == {tiny.VILLAGE: 11, tiny.OTHER_VILLAGE: 5}
        assert ask(COUNTY, "people", "line") == {line: 4, "none": 31}
        assert ask(COUNTY, "people", "age") == {"18-59": 19, "60-69": 10, "70-79": 1, "80-": 5}
        assert ask(COUNTY, "doses", "day", from_on=date(2021, 5, 1)) == {"2021-05-18": 19}
        assert ask(COUNTY, "doses", "day", from_on=tiny.TODAY) == {}
        assert ask(COUNTY, "doses", "product", only={"age": "60-69", "dose": "1"}) == {tiny.BIBP: 5}
        crossed = free_query.answer(
            COUNTY, Asked("110117", "first_rate", "village", tiny.TODAY, columns="age")
        )
        assert crossed.cells[tiny.VILLAGE, "18-59"].format() == "14/19 73.7%"
        assert crossed.total.format() == "19/35 54.3%"
        assert ask(VILLAGE, "people", "village", tiny.VILLAGE) == {tiny.VILLAGE: 30}
        assert ask(lead, "people", "village") == {tiny.VILLAGE: 4}
        assert ask(lead, "doses", "village") == {}
        for stranger in (VILLAGE, tiny.actor("county_lead", "110118"), tiny.actor("site_lead", tiny.TOWN)):
            with pytest.raises(NotFound):
                ask(stranger, "people", "village")
        for wrong in ({"rows": "site"}, {"rows": "village", "columns": "village"}, {"rows": "name; drop"}):
            with pytest.raises(CannotBeAsked):
                ask(COUNTY, "people", **wrong)


def test_the_page_the_spreadsheet_and_kept_questions(client: Client, people: list[Person]) -> None:
    with clock.at(tiny.NOON + timedelta(days=3)):
        tiny.sign_in(client, "county_lead", "110117")
        assert "自定义查询" in client.get("/reports/query/").content.decode()
        asked = {"area": "110117", "measure": "first_rate", "rows": "village", "columns": "age"}
        page = client.get("/reports/query/", asked).content.decode()
        assert "71.4%" in page and "25 / 35" in page
        sheet = openpyxl.load_workbook(
            io.BytesIO(client.get("/reports/query/", asked | {"export": "xlsx"}).content)
        ).worksheets[0]
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        assert "甲村" in cells and any(
            abs(cell - 25 / 35) < 1e-9 for cell in cells if isinstance(cell, float)
        )
        assert client.post("/reports/query/keep/", asked | {"title": "分村分龄"}).status_code == 302
        assert "分村分龄" in client.get("/reports/query/").content.decode()
        (row,) = SavedQuery.objects.all()
        with pytest.raises(NotFound):
            saved_queries.forget(by=VILLAGE, query_id=row.pk)
        assert client.post(f"/reports/query/{row.pk}/forget/").status_code == 302
        assert not SavedQuery.objects.exists()
        assert client.get("/reports/query/", asked | {"rows": "site"}).status_code == 400
        of_doses = {"area": "110117", "measure": "doses", "rows": "site", "site": "elsewhere"}
        told = client.get("/reports/query/", of_doses).context["found"]
        assert told.asked.only == {"site": ""} and set(told.rows) <= {""}
