"""Lists: the address says everything; the screen, the bulk action and the export mean the same rows."""

import csv
import io
import re
from html import unescape

import openpyxl
import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tests.modules.web.conftest import signed_in
from tests.modules.web.gallery.views import PEOPLE, Village
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.journal.models import Entry
from yingjie.web.lists import PAGE_SIZES, Column, read_state
from yingjie.web.templatetags.web import rate_text

LIST = "/gallery/list/"
CLERK = Actor("clerk", (Held("grid_worker", "110117"),))


def names(response):
    return re.findall(r'<th scope="row"[^>]*><a href="[^"]+">([^<]+)</a>', response.content.decode())


def total(response):
    return int(
        re.search(r'<strong class="num">([\d,]+)</strong>', response.content.decode())[1].replace(",", "")
    )


def test_filters_narrow_sort_orders_and_the_count_is_of_the_whole_filter(grid_worker):
    client = signed_in(grid_worker)
    everything = client.get(LIST)
    assert total(everything) == 137
    assert len(names(everything)) == 25
    narrowed = client.get(LIST, {"status": "overdue", "sort": "-born_on"})
    expected = [person.name for person in Village().all({"status": "overdue"}, "-born_on")]
    assert total(narrowed) == len(expected) == 14
    assert names(narrowed) == expected


def test_pages_follow_each_other_without_gap_or_overlap(grid_worker):
    client = signed_in(grid_worker)
    seen = [name for page in range(1, 7) for name in names(client.get(LIST, {"page": page}))]
    assert seen == [person.name for person in Village().all({}, "name")]


def test_a_page_beyond_the_end_is_the_last_page(grid_worker):
    response = signed_in(grid_worker).get(LIST, {"page": 99, "size": 50})
    assert len(names(response)) == 37
    assert "101–137 of 137" in response.content.decode()


def test_an_old_bookmark_with_unknown_words_still_opens(grid_worker):
    response = signed_in(grid_worker).get(
        LIST, {"status": "gone", "sort": "secret", "page": "x", "from": "31.2.2021"}
    )
    assert response.status_code == 200
    assert total(response) == 137
    assert names(response) == [person.name for person in Village().all({}, "name")][:25]


def test_every_link_of_a_filtered_list_keeps_the_filter(grid_worker):
    page = (
        signed_in(grid_worker).get(LIST, {"from": "1950-01-01", "sort": "doses", "page": 2}).content.decode()
    )
    links = [unescape(link) for link in re.findall(r'hx-get="(/gallery/list/\?[^"]*)"', page)]
    assert len(links) > 4
    assert all(QueryDict(link.partition("?")[2])["from"] == "1950-01-01" for link in links)


def test_htmx_gets_the_rows_only_and_a_restored_page_is_whole(grid_worker):
    client = signed_in(grid_worker)
    part = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "list-village"})
    assert part.content.decode().lstrip().startswith('<div class="list-body" id="list-village">')
    assert {"HX-Request", "HX-Target"} <= set(part["Vary"].split(", "))
    again = client.get(
        LIST,
        headers={"HX-Request": "true", "HX-Target": "list-village", "HX-History-Restore-Request": "true"},
    )
    assert again.content.decode().startswith("<!doctype html>")


def test_nothing_found_and_nothing_there_say_different_things(grid_worker):
    client = signed_in(grid_worker)
    assert "Nothing matches" in client.get(LIST, {"q": "nobody"}).content.decode()
    assert "Import a roster first." in client.get("/gallery/empty/").content.decode()


@pytest.mark.parametrize("query", [{}, {"status": "overdue"}, {"q": "秀", "sort": "-doses"}])
def test_the_export_holds_exactly_the_rows_of_the_filter_in_their_order(lead, query):
    client = signed_in(lead)
    file = b"".join(client.get(LIST, {**query, "export": "xlsx"}).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[1] and str(row[1]).startswith("999999")]
    found = list(Village().all({k: v for k, v in query.items() if k != "sort"}, query.get("sort", "name")))
    assert [(row[0], row[1], row[4]) for row in rows] == [(p.name, p.number, p.doses) for p in found]
    assert [row[5] for row in rows] == pytest.approx(
        [done / all_ for done, all_ in (p.coverage for p in found)]
    )
    text = b"".join(client.get(LIST, {**query, "export": "csv"}).streaming_content).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert table[0] == [str(column.label) for column in PEOPLE.columns]
    assert [row[0] for row in table[1:]] == [person.name for person in found]
    assert table[1][3] == f"{found[0].born_on:%Y-%m-%d}"


def test_an_export_is_journalled_without_what_was_searched_for(lead):
    b"".join(signed_in(lead).get(LIST, {"q": "秀兰", "export": "csv"}).streaming_content)
    entry = Entry.objects.get(verb="list.export")
    assert (entry.actor, entry.subject_id) == ("lead", "village")
    assert entry.facts == {"rows": len(Village()._found({"q": "秀兰"})), "filters": ["q"], "format": "csv"}


def test_who_may_not_export_sees_no_button_and_is_refused(grid_worker):
    client = signed_in(grid_worker)
    assert "export=xlsx" not in client.get(LIST).content.decode()
    refused = client.get(LIST, {"export": "xlsx"})
    assert refused.status_code == 403
    assert "not_allowed" in refused.content.decode()
    assert not Entry.objects.filter(verb="list.export").exists()


def test_an_unknown_format_is_refused(lead):
    refused = signed_in(lead).get(LIST, {"export": "exe"})
    assert refused.status_code == 400
    assert "list.unknown_format" in refused.content.decode()


def test_bulk_takes_the_ticked_rows_once_each(grid_worker):
    response = signed_in(grid_worker).post(
        "/gallery/bulk/", {"ids": ["3", "5", "3"], "query": ""}, follow=True
    )
    assert "Reminded 2 people." in response.content.decode()


def test_bulk_on_everything_means_the_filter_that_was_counted(grid_worker):
    response = signed_in(grid_worker).post(
        "/gallery/bulk/",
        {"everything": "1", "ids": ["3"], "query": "status=overdue&sort=-born_on"},
        follow=True,
    )
    assert "Reminded 14 people." in response.content.decode()


def test_bulk_on_nothing_is_refused(grid_worker):
    response = signed_in(grid_worker).post("/gallery/bulk/", {"query": "status=overdue"})
    assert response.status_code == 400
    assert "list.nothing_selected" in response.content.decode()


@given(
    st.dictionaries(
        st.sampled_from(["q", "status", "from", "sort", "page", "size", "x"]), st.text(max_size=12)
    )
)
def test_no_address_breaks_a_list(said):
    query = QueryDict(mutable=True)
    query.update(said)
    state = read_state(query, PEOPLE, CLERK)
    assert set(state.filters) <= {"q", "status", "from"}
    assert state.sort.lstrip("-") in {"name", "born_on", "doses"}
    assert state.page >= 1
    assert state.size in PAGE_SIZES


def test_columns_read_rows_of_either_shape():
    assert Column("a", "A").of({"a": 1}) == 1
    assert Column("a", "A", value=lambda row: row["b"] * 2).of({"b": 4}) == 8


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_rate_is_a_hundred_only_when_nothing_is_missing(done, missing):
    said = rate_text(done, done + missing)
    assert (said == "100.0%") == (missing == 0 and done > 0)
    assert (said == "–") == (done + missing == 0)
