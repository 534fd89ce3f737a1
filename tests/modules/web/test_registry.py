"""Modules hang their parts into the shell; they are shown in a fixed order, and only to whom they belong."""

from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from yingjie.foundation.access.actor import Actor, Held
from yingjie.web import context, registry, vocabulary
from yingjie.web.registry import ActionLine, PersonPanel, ProgressBar, Registry

SOMEONE = UUID("01890000-0000-7000-8000-000000000001")
CLERK = Actor("clerk", (Held("grid_worker", "110117"),))


@pytest.fixture
def empty(monkeypatch):
    """A registry with the shared words and nothing else."""
    made = Registry()
    monkeypatch.setattr(registry, "current", made)
    vocabulary.register()
    return made


def navigation_of(actor, path="/"):
    request = RequestFactory().get(path)
    request.actor = actor
    return [
        (section.key, [str(entry.title) for entry in section.entries]) for section in context.shell(request)["shell"].navigation
    ]  # fmt: skip


def test_navigation_follows_sections_then_order_and_hides_what_the_actor_may_not_open(empty):
    registry.navigation(section="reports", title="Bulletin", url_name="gallery", permission="people.view")
    registry.navigation(
        section="ledger", title="Second", url_name="gallery_empty", permission="people.view", order=20
    )
    registry.navigation(
        section="ledger", title="First", url_name="gallery_list", permission="people.view", order=10
    )
    registry.navigation(
        section="ledger", title="Secret", url_name="gallery_sheet", permission="people.export", order=1
    )
    registry.navigation(
        section="settings", title="Nowhere", url_name="no-such-address", permission="people.view"
    )
    assert navigation_of(CLERK) == [("ledger", ["First", "Second"]), ("reports", ["Bulletin"])]
    assert navigation_of(None) == []


def test_the_entry_that_fits_the_address_best_is_marked(empty):
    registry.navigation(section="ledger", title="All", url_name="gallery", permission="people.view")
    registry.navigation(section="ledger", title="List", url_name="gallery_list", permission="people.view")
    request = RequestFactory().get("/gallery/list/")
    request.actor = CLERK
    (section,) = context.shell(request)["shell"].navigation
    assert [(entry.title, entry.is_here) for entry in section.entries] == [("All", False), ("List", True)]


def test_an_unknown_section_is_refused_at_start(empty):
    with pytest.raises(ImproperlyConfigured, match="no navigation section 'kitchen'"):
        registry.navigation(section="kitchen", title="x", url_name="today", permission="people.view")
    assert empty.entries == []


def test_action_lines_come_in_order_and_lines_without_work_do_not_come(empty):
    registry.action_line(lambda actor: ActionLine(3, "later", "/", order=60))
    registry.action_line(
        lambda actor: [ActionLine(1, "first", "/", order=10), ActionLine(0, "nothing", "/", order=1)]
    )
    registry.action_line(lambda actor: None)
    registry.action_line(lambda actor: ActionLine(2, "same order, registered last", "/", order=10))
    assert [(line.count, line.what) for line in registry.action_lines(CLERK)] == [
        (1, "first"), (2, "same order, registered last"), (3, "later"),
    ]  # fmt: skip


def test_progress_and_panels_come_in_order(empty):
    registry.progress(lambda actor: ProgressBar("b", 1, 2, order=2))
    registry.progress(lambda actor: ProgressBar("a", 0, 2, order=1))
    registry.person_panel(lambda actor, person_id: PersonPanel(f"of {person_id}", "t.html", {}, order=9))
    registry.person_panel(lambda actor, person_id: PersonPanel("first", "t.html", {}, order=1))
    registry.person_panel(lambda actor, person_id: None)
    assert [bar.title for bar in registry.progress_bars(CLERK)] == ["a", "b"]
    assert [panel.title for panel in registry.person_panels(CLERK, SOMEONE)] == ["first", f"of {SOMEONE}"]


def test_a_status_has_one_meaning(empty):
    registry.status("booked", empty.statuses["booked"].title, tone="indigo", icon="calendar-event")
    with pytest.raises(ImproperlyConfigured, match="already means"):
        registry.status("booked", "Reserved", tone="red", icon="calendar-event")
    with pytest.raises(ImproperlyConfigured, match="no tone"):
        registry.status("new-word", "New", tone="pink", icon="x")
    assert empty.statuses["booked"].tone == "indigo"
    assert "new-word" not in empty.statuses


def test_the_ten_statuses_have_ten_tones(empty):
    assert len({status.tone for status in empty.statuses.values()}) == len(empty.statuses) == 10
