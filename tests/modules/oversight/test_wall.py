"""The wall map: the bulletin's own figures by area, down to the grid; boundaries of one's own; who sees what."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.modules import campaign as tiny
from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SECOND, SOUTH, THIRD, actor, moment
from yingjie.areas import actions as areas
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.oversight import boundaries, day_figures, queries
from yingjie.oversight.models import Boundary, MapLayer
from yingjie.oversight.wall import classes, figure, wall
from yingjie.oversight.wall_drawing import picture

LEAD, NORTH_LEAD, VILLAGE = (
    actor("county_lead", COUNTY),
    actor("town_lead", NORTH),
    actor("village_officer", FIRST),
)
DAY = date(2021, 6, 1)


@pytest.fixture
def counted(people: Callable[..., Any], doses: Callable[..., Any]) -> str:
    """Ninety people in the north, 36 of them with a dose, eight in a grid; twenty in the south, five with one."""
    with clock.at(moment(DAY, 8)):
        grid = areas.add_local(by=LEAD, parent_code=FIRST, name="一网格").code
    first, second, third = people(42, FIRST), people(40, SECOND), people(20, THIRD)
    in_grid = people(8, grid)
    doses(first[:30], 1, DAY - timedelta(3))
    doses(in_grid[:2], 1, DAY)
    doses(second[:4], 1, DAY - timedelta(9))
    doses(third[:5], 1, DAY - timedelta(1))
    return grid


def at_noon() -> Any:
    return clock.at(moment(DAY, 13))


def test_the_map_says_what_the_bulletin_says_down_to_the_grid(counted: str) -> None:
    with at_noon():
        county, draft = wall(LEAD, COUNTY), queries.draft(LEAD, COUNTY, DAY)
        assert (
            [(cell.code, cell.people, cell.first, cell.place) for cell in county.cells]
            == [(line.code, line.people, line.first_dose, line.place) for line in draft.lines]
            == [(NORTH, 90, 36, 1), (SOUTH, 20, 5, None)]
        )
        assert (county.total.format(), county.doses_today, county.elsewhere) == ("41/110 37.3%", 2, 0)
        deep = wall(LEAD, COUNTY, deep=True)
        assert [(cell.name, cell.under, cell.first) for cell in deep.cells] == [
            ("甲村", "北镇", 32), ("乙村", "北镇", 4), ("丙村", "南镇", 5),
        ]  # fmt: skip
        village = wall(VILLAGE, FIRST)
        assert [(cell.code, cell.people, cell.first) for cell in village.cells] == [(counted, 8, 2)]
        assert (village.elsewhere, village.path) == (42, ())
        alone = wall(LEAD, SECOND)
        assert [(cell.code, cell.has_below) for cell in alone.cells] == [(SECOND, False)]
        by = {
            measure: [figure(cell, measure) for cell in county.cells] for measure in ("gap", "rank", "pace")
        }
        assert by == {"gap": [54, 15], "rank": [1, None], "pace": [None, None]}
        assert classes(county, "coverage").of(figure(county.cells[0], "coverage")) == 1  # exactly 40 %
        for foreign in (COUNTY, SOUTH, THIRD):
            with pytest.raises(NotFound):
                wall(NORTH_LEAD, foreign)


def test_boundaries_are_taken_or_refused_whole(counted: str) -> None:
    with at_noon():
        for who, refusal in (
            (NORTH_LEAD, NotFound),
            (VILLAGE, NotFound),
            (actor("auditor", COUNTY), NotAllowed),
        ):
            with pytest.raises(refusal):
                boundaries.bring(by=who, area_code=COUNTY, file_name="a.json", data=square("北镇"))
        with pytest.raises(boundaries.BoundariesUnusable) as refused:
            boundaries.bring(by=LEAD, area_code=COUNTY, file_name="a.json", data=square("北镇", bow=True))
        assert refused.value.facts["map_code"] == "map.crosses"
        assert (
            "自相交" in refused.value.as_dict()["zh"]["reason"]
            and not MapLayer.objects.unscoped(tiny.ALL).exists()
        )
        made = boundaries.bring(by=LEAD, area_code=COUNTY, file_name="a.json", data=square("北镇"))
        assert (made.boundaries, made.missing) == (1, ("南镇",))
        boundaries.bring(by=LEAD, area_code=COUNTY, file_name="b.json", data=square("北镇"))
        assert MapLayer.objects.unscoped(tiny.ALL).count() == Boundary.objects.unscoped(tiny.ALL).count() == 1
        assert Entry.objects.filter(verb="oversight.bring_boundaries").count() == 2
        found = wall(LEAD, COUNTY)
        shaped = picture(found, "coverage", boundaries.shapes(COUNTY))
        assert shaped.has_shapes and not shaped.on_tiles
        north, south = shaped.cells
        assert south.shape.y > north.shape.y  # without a boundary: on a tile below the map
        tiles = picture(found, "coverage", boundaries.shapes(COUNTY), tiles=True)
        assert tiles.on_tiles and (tiles.width, tiles.height) == (200, 100)
        boundaries.drop(by=LEAD, area_code=COUNTY)
        assert boundaries.shapes(COUNTY) == {} and boundaries.layer(LEAD, COUNTY) is None


def test_the_pages_hold_the_map_its_legend_and_its_table(client: Client, counted: str) -> None:
    with at_noon():
        tiny.sign_in(client, "county_lead", COUNTY)
        page = client.get("/reports/map/", follow=True).content.decode()
        assert (
            "40.0%" in page and "<svg" in page and f"/reports/map/{NORTH}/" in page and "style=" not in page
        )
        wall_page = client.get(f"/reports/map/{COUNTY}/wall/?measure=gap&deep=1").content.decode()
        assert "乙村" in wall_page and "map-borders" in wall_page and "every 30s" in wall_page
        assert client.get(f"/reports/map/{COUNTY}/wall/?measure=turn").status_code == 200
        bad = client.post(
            f"/reports/map/{COUNTY}/boundaries/",
            {"file": SimpleUploadedFile("x.json", square("北镇", bow=True))},
        )
        assert bad.status_code == 400 and "自相交" in bad.content.decode()
        good = client.post(
            f"/reports/map/{COUNTY}/boundaries/",
            {"file": SimpleUploadedFile("x.json", square("北镇"))},
            follow=True,
        )
        assert "南镇" in good.content.decode()
        client.cookies["yingjie_language"] = "en"
        english = client.get(f"/reports/map/{COUNTY}/?measure=rank").content.decode()
        assert "What the colours mean" in english and "no. 1" in english
        village = client.get(f"/reports/map/{FIRST}/").content.decode()
        assert f"/people/?area={counted}" in village
        assert client.get("/reports/map/999999/").status_code == 404


def square(name: str, *, bow: bool = False) -> bytes:
    ring = [[117.0, 40.0], [117.1, 40.0], [117.1, 40.1], [117.0, 40.1], [117.0, 40.0]]
    if bow:
        ring[1], ring[2] = ring[2], ring[1]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_a_grid_reads_who_is_still_to_be_reached(client: Client, counted: str) -> None:
    with at_noon():
        tiny.sign_in(client, "grid_worker", counted)
        page = client.get("/").content.decode()
        assert f"/outreach/unvaccinated/?area={counted}&amp;term=to_do" in page
        assert "/reports/pace/" not in page and "/reports/map/" not in page  # counts of areas are not theirs
        found = day_figures.people_to_reach(actor("grid_worker", counted), counted)
        assert found == [("to_do", 8), ("deferred", 0), ("declined", 0)]
