"""The journal's page: who did what, when, in plain words; and the proof that nothing in it was changed or removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.access.roles import ROLES
from yingjie.foundation.jobs import queries as job_queries
from yingjie.foundation.journal import actions, queries
from yingjie.foundation.journal.queries import EntryRow
from yingjie.web import registry
from yingjie.web.lists import Choices, Column, Filter, Filters, ListSpec, build


@dataclass(frozen=True)
class ShownEntry:
    id: UUID
    at: datetime
    actor: str
    words: str
    subject: str
    area: str


def verbs(_actor: Actor) -> Choices:
    return [(verb, said.title) for verb, said in sorted(registry.current.journal.items())]


JOURNAL = ListSpec(
    name="journal",
    title=_("Journal"),
    columns=(
        Column("at", _("When"), "moment"),
        Column("actor", _("Who")),
        Column("words", _("What")),
        Column("subject", _("Record")),
        Column("area", _("Area")),
    ),
    filters=(
        Filter("on", _("Day"), "day"),
        Filter("verb", _("What"), choices=verbs),
        Filter("actor", _("Who"), "text", placeholder=_("User name")),
        Filter("subject", _("Record"), "text", placeholder=_("Identifier")),
    ),
    unit=_("entries"),
)


class JournalSource:
    """The newest entries of the filter; more than `queries.MOST` are not counted: a day or a name narrows them."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def count(self, filters: Filters) -> int:
        return queries.count_entries(self.actor, **self._asked(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ShownEntry]:
        found = queries.entries(self.actor, **self._asked(filters), offset=offset, limit=limit)
        names = registry.names_of_areas(row.area_code for row in found)
        return [shown(row, names) for row in found]

    def all(self, filters: Filters, sort: str) -> Iterable[ShownEntry]:
        return self.rows(filters, sort, 0, queries.MOST)

    def _asked(self, filters: Filters) -> dict[str, Any]:
        asked = {"verb": "verb", "actor": "by_name", "subject": "subject_id", "on": "on"}
        return {argument: filters[key] for key, argument in asked.items() if key in filters}


@page("journal.view")
def journal(request: ActorRequest) -> HttpResponse:
    latest = next((job for job in job_queries.own(request.actor) if job.kind == actions.VERIFY), None)
    context = {"latest": latest, "most": queries.MOST}
    return build(request, JOURNAL, JournalSource(request.actor)).respond(
        request, "web/administration/journal.html", context
    )


@page("journal.view")
@require_POST
def verify(request: ActorRequest) -> HttpResponse:
    job = actions.start_verification(by=request.actor, result_url=reverse("journal"))
    return redirect("job", job_id=job.pk)


def shown(row: EntryRow, names: dict[str, str]) -> ShownEntry:
    return ShownEntry(
        id=row.id,
        at=row.at,
        actor=name_of(row.actor),
        words=words_of(row),
        subject=str(row.facts.get("username") or f"{row.subject_kind} {row.subject_id[-12:]}"),
        area=names.get(row.area_code, row.area_code),
    )


def name_of(actor: str) -> str:
    """The user name; the product itself at work is said as such."""
    kind, _colon, part = actor.partition(":")
    return gettext("System ({part})").format(part=part) if kind == "system" and part else actor


def words_of(row: EntryRow) -> str:
    """The verb in plain words, with the facts that they name. A verb that nobody gave words is shown as it is; an entry
    without the facts that the words name is said by its title."""
    facts = {name: value for name, value in row.facts.items() if isinstance(value, str | int | float)}
    if role := ROLES.get(str(facts.get("role"))):
        facts["role"] = str(role.title)
    said = registry.current.journal.get(row.verb)
    if said is None:
        return row.verb
    try:
        return str(said.words).format(**facts)
    except (KeyError, IndexError):
        return str(said.title)
