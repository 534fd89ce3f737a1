"""What appointments hang on the shell."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.bookings import queries, verbs, words
from yingjie.bookings.words import CHANNELS
from yingjie.foundation.access.actor import Actor
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel, ProgressBar

registry.navigation(
    section="appointments", title=pgettext_lazy("booking", "Sessions"), url_name="bookings", permission="bookings.view",
    icon="calendar-event", order=10,
)  # fmt: skip
registry.navigation(
    section="appointments", title=_("Lists for sessions"), url_name="booking_lists", permission="bookings.submit",
    icon="list-details", order=20,
)  # fmt: skip
for _state, (_title, _tone, _icon) in words.STATES.items():
    registry.status(f"booking-{_state}", _title, tone=_tone, icon=_icon)
for _state, (_title, _tone, _icon) in words.STANDBY_STATES.items():
    registry.status(f"standby-{_state}", _title, tone=_tone, icon=_icon)
for _state, (_title, _tone, _icon) in words.TICKET_STATES.items():
    registry.status(f"ticket-{_state}", _title, tone=_tone, icon=_icon)
registry.public_link(_("Book a vaccination"), url_name="resident_door", order=10)
registry.public_link(_("Sites and free places"), url_name="resident_places", order=20)
registry.status("session-cancelled", _("Does not take place"), tone="red", icon="calendar-x")
registry.status("list-draft", _("To be submitted"), tone="blue", icon="clock")
registry.status("list-submitted", _("Submitted"), tone="green", icon="check")
for _verb, _said in verbs.VERBS.items():
    registry.journal_words(_verb, _said[0], title=_said[-1])


@registry.person_panel
def places(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("bookings.view"):
        return None
    rows = queries.bookings_of([person_id])
    actions = (
        ((_("Book or move"), reverse("booking_person", args=[person_id])),)
        if actor.may("bookings.book")
        else ()
    )
    return PersonPanel(
        pgettext_lazy("booking", "Appointments"), "bookings/panel.html",
        {"rows": [(row, CHANNELS[row.channel]) for row in rows[:6]]}, icon="calendar-event", actions=actions, order=30,
    )  # fmt: skip


@registry.action_line
def short_of_doses(actor: Actor) -> list[ActionLine]:
    """Sites that promised more doses than they hold or await."""
    if not actor.may("bookings.change") or actor.is_system:
        return []
    return [
        ActionLine(
            count=short,
            what=ngettext("dose is promised at {site} and is not there", "doses are promised at {site} and are not there", short)
            .format(site=name),
            url=f"{reverse('bookings')}?site={site_id}",
            icon="alert-triangle",
            tone="red",
            order=20,
        )
        for site_id, name, short in queries.short_sites(actor)
    ]  # fmt: skip


@registry.progress
def came_of_expected(actor: Actor) -> ProgressBar | None:
    """Today at the actor's own sites."""
    if not actor.may("bookings.desk") or actor.is_system:
        return None
    came, expected = queries.came_of_expected(actor)
    if not expected:
        return None
    return ProgressBar(
        _("Came of those expected today"), came, expected, unit=_("people"), url=reverse("bookings"), order=15
    )
