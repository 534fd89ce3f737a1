"""Drafts: kept on the server, found again, seen by nobody else, encrypted at rest."""

from datetime import UTC, datetime
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.db import connection

from tests.modules.web.conftest import make_user, signed_in
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.web import actions, queries
from yingjie.web.models import Draft

MORNING = datetime(2021, 5, 19, 1, 0, tzinfo=UTC)
NOON = datetime(2021, 5, 19, 4, 0, tzinfo=UTC)


def test_a_draft_is_found_again_with_what_was_entered(worker_actor):
    with clock.at(MORNING):
        made = actions.save_draft(
            by=worker_actor, kind="visit", payload={"name": "王秀兰"}, step="who", title="Visit"
        )
    with clock.at(NOON):
        again = actions.save_draft(
            by=worker_actor,
            kind="visit",
            payload={"name": "王秀兰", "on": clock.today()},
            step="when",
            draft_id=made,
        )
    assert again == made
    found = queries.draft(worker_actor, made)
    assert found.payload == {"name": "王秀兰", "on": "2021-05-19"}
    assert (found.step, found.created_at, found.updated_at) == ("when", MORNING, NOON)


def test_what_was_entered_is_not_readable_in_the_database(worker_actor):
    made = actions.save_draft(
        by=worker_actor, kind="visit", payload={"name": "王秀兰", "phone": "19900001234"}
    )
    with connection.cursor() as cursor:
        cursor.execute("select payload from web_draft where id = %s", [made])
        (stored,) = cursor.fetchone()
    assert "19900001234" not in stored
    assert "王秀兰" not in stored


def test_the_list_shows_ones_own_newest_first_and_by_kind(worker_actor):
    other = actor_for(make_user("other", "grid_worker"))
    for at, kind in ((MORNING, "visit"), (NOON, "import")):
        with clock.at(at):
            actions.save_draft(by=worker_actor, kind=kind, payload={})
    actions.save_draft(by=other, kind="visit", payload={})
    assert [draft.kind for draft in queries.drafts(worker_actor)] == ["import", "visit"]
    assert [draft.kind for draft in queries.drafts(worker_actor, "visit")] == ["visit"]


def test_nobody_reads_changes_or_discards_the_draft_of_another(worker_actor):
    made = actions.save_draft(by=worker_actor, kind="visit", payload={"a": 1})
    other = actor_for(make_user("other", "grid_worker"))
    for attempt in (
        lambda: queries.draft(other, made),
        lambda: actions.save_draft(by=other, kind="visit", payload={}, draft_id=made),
        lambda: actions.discard_draft(by=other, draft_id=made),
        lambda: queries.draft(worker_actor, uuid4()),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert queries.draft(worker_actor, made).payload == {"a": 1}


def test_the_system_has_no_drafts(db):
    with pytest.raises(NotAllowed):
        actions.save_draft(by=system("test"), kind="visit", payload={})
    assert Draft.objects.count() == 0


def begin(client):
    return client.post("/gallery/wizard/")["Location"]


def test_a_wizard_is_walked_to_its_end_and_leaves_no_draft(grid_worker):
    client = signed_in(grid_worker)
    first = begin(client)
    second = client.post(first, {"name": "王秀兰", "wizard": "next"})["Location"]
    assert second.endswith("/when/")
    assert Draft.objects.count() == 1
    done = client.post(second, {"on": "2021-05-20", "wizard": "next"})
    assert unquote(done["Location"]) == "/gallery/?name=王秀兰&on=2021-05-20"
    assert Draft.objects.count() == 0


def test_a_wizard_left_in_the_middle_is_found_again_where_it_was(grid_worker):
    client = signed_in(grid_worker)
    second = client.post(begin(client), {"name": "王秀兰", "wizard": "next"})["Location"]
    assert client.post(second, {"on": "someday", "wizard": "leave"})["Location"] == "/"
    assert second in signed_in(grid_worker).get("/gallery/wizard/").content.decode()
    page = signed_in(grid_worker).get(second).content.decode()
    assert 'value="someday"' in page


def test_a_wrong_answer_stays_on_its_step_and_says_why(grid_worker):
    client = signed_in(grid_worker)
    page = client.post(begin(client), {"name": "", "wizard": "next"})
    assert page.status_code == 200
    assert "This field is required." in page.content.decode()


def test_a_step_passed_over_is_asked_before_the_end(grid_worker):
    client = signed_in(grid_worker)
    first = begin(client)
    skipped = first.replace("/who/", "/when/")
    assert client.post(skipped, {"on": "2021-05-20", "wizard": "next"})["Location"] == first


def test_a_refusal_at_the_end_is_shown_and_the_draft_stays(grid_worker):
    client = signed_in(grid_worker)
    second = client.post(begin(client), {"name": "无库存", "wizard": "next"})["Location"]
    refused = client.post(second, {"on": "2021-05-20", "wizard": "next"})
    assert refused.status_code == 409
    assert "gallery.lot_used_up" in refused.content.decode()
    assert Draft.objects.count() == 1


def test_a_foreign_draft_is_not_found_by_its_address(grid_worker):
    address = begin(signed_in(grid_worker))
    assert signed_in(make_user("other", "grid_worker")).get(address).status_code == 404


def test_a_draft_can_be_thrown_away(grid_worker):
    client = signed_in(grid_worker)
    assert client.post(begin(client), {"wizard": "discard"})["Location"] == "/"
    assert Draft.objects.count() == 0
