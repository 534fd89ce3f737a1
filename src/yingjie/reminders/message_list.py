"""The messages of a reminder as a list."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.texting.gateways import gateway
from yingjie.reminders import queries
from yingjie.reminders.queries import MessageRow
from yingjie.reminders.words import PROBLEM_TITLES
from yingjie.web.lists import BulkAction, Choices, Column, Empty, Filter, Filters, ListSpec


def _reminders(actor: Actor) -> Choices:
    return [(str(row.id), f"{row.title} · {row.area_name} · {row.on}") for row in queries.reminders(actor)]


def state_word(row: MessageRow) -> str:
    """What left the house is sent; what is handed out by people is still to do."""
    return "message-ready" if row.state == "sent" and gateway().stays_here else f"message-{row.state}"


MESSAGES = ListSpec(
    name="reminder-messages",
    title=_("Messages"),
    columns=(
        Column("names", pgettext_lazy("message", "To"), "link", url=lambda row: reverse("person", args=[row.id])),
        Column("place", pgettext_lazy("visit", "Area")),
        Column("masked", pgettext_lazy("person", "Phone"), "masked"),
        Column("words", pgettext_lazy("message", "Words")),
        Column("state", _("State"), "status", value=state_word),
        Column("sent_at", pgettext_lazy("message", "Sent at"), "moment"),
        Column("tries", pgettext_lazy("message", "Tries"), "number"),
        Column("problem", pgettext_lazy("message", "Why not"), value=lambda row: str(PROBLEM_TITLES.get(row.problem, row.problem))),
    ),
    filters=(
        Filter("reminder", pgettext_lazy("reminder", "Reminder"), choices=_reminders),
        Filter("state", _("State"), choices=[
            ("open", pgettext_lazy("message", "Waiting")), ("sent", pgettext_lazy("message", "Sent")),
            ("delivered", pgettext_lazy("message", "Delivered")), ("lost", pgettext_lazy("message", "Failed")),
            ("dropped", pgettext_lazy("message", "Not sent")),
        ]),
    ),
    bulk=(
        BulkAction("told", _("Handed out"), url_name="reminder_told", permission="reminders.wish", icon="check"),
    ),
    export_permission="people.export",
    empty=Empty(_("No message here"), _("Choose a reminder above, or another state.")),
    unit=pgettext_lazy("message", "messages"),
    page_size=25,
)  # fmt: skip


class MessageSource:
    """Of the reminder that the address names, or the newest one."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def chosen(self, filters: Filters) -> UUID | None:
        if filters.get("reminder"):
            return UUID(filters["reminder"])
        newest = queries.reminders(self._actor, 1)
        return newest[0].id if newest else None

    def count(self, filters: Filters) -> int:
        chosen = self.chosen(filters)
        return queries.count(self._actor, chosen, filters.get("state", "")) if chosen else 0

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[Any]:
        chosen = self.chosen(filters)
        return (
            queries.messages(self._actor, chosen, filters.get("state", ""), offset, limit) if chosen else []
        )

    def all(self, filters: Filters, sort: str) -> Iterable[Any]:
        chosen = self.chosen(filters)
        return queries.every_message(self._actor, chosen, filters.get("state", "")) if chosen else ()
