"""What officers, rounds and contacts hang on the shell."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import calls, contacts, duties, home_requests, mobilising_words
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel

registry.navigation(
    section="mobilise", title=_("My round"), url_name="outreach_my_round", permission="outreach.record", icon="route", order=1,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Who answers for whom"), url_name="outreach_duties", permission="outreach.team", icon="users",
    order=5,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Support teams"), url_name="outreach_teams", permission="outreach.team", icon="users", order=6,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Vaccinations at home"), url_name="outreach_at_home", permission="outreach.view", icon="home",
    order=24,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Waits for the doctor"), url_name="outreach_doctors_list", permission="people.health",
    icon="stethoscope", order=26,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Leaders and contacts"), url_name="outreach_contacts", permission="outreach.team", icon="phone",
    order=40,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("What can be said"), url_name="outreach_points", permission="outreach.view", icon="help-circle",
    order=45,
)  # fmt: skip
for _state, (_title, _tone, _icon) in mobilising_words.CALL_STATES.items():
    registry.status(f"round-{_state}", _title, tone=_tone, icon=_icon)
for _state, (_title, _tone, _icon) in mobilising_words.HOME_STATES.items():
    registry.status(f"home-{_state}", _title, tone=_tone, icon=_icon)
registry.status("contact-late", _("Reported late"), tone="yellow", icon="clock")
registry.status("contact-done", pgettext_lazy("contacts", "Reported"), tone="green", icon="check")
registry.status("contact-waiting", _("To be reported"), tone="blue", icon="clock")
registry.status("contact-overdue", _("Not reported in time"), tone="orange", icon="calendar-due")


@registry.action_line
def my_round(actor: Actor) -> list[ActionLine]:
    """The doors of today of whoever answers for somebody."""
    lines = []
    for row in duties.own(actor):
        # What comes up to a township's leader is looked up on their page: it means looking at everybody who was ever called on.
        if row.kind == "leader" and len(row.area_code) < duties.VILLAGE_DIGITS:
            continue
        found = calls.round_of(actor, row.id)
        lines.append(
            ActionLine(
                count=found.people,
                what=ngettext("person to call on today", "people to call on today", found.people),
                url=reverse("outreach_round", args=[row.id]),
                button=_("Begin the round"),
                tone="blue",
                icon="route",
                order=5,
            )
        )
    return lines


@registry.action_line
def homes_to_arrange(actor: Actor) -> ActionLine | None:
    if not actor.may("outreach.record") or actor.is_system:
        return None
    waiting = home_requests.waiting(actor)
    return ActionLine(
        count=waiting,
        what=ngettext("vaccination at home to arrange", "vaccinations at home to arrange", waiting),
        url=reverse("outreach_at_home"),
        icon="home",
        tone="blue",
        order=36,
    )


@registry.action_line
def doctors_words(actor: Actor) -> ActionLine | None:
    if not actor.may("people.health") or actor.is_system:
        return None
    due = calls.words_due(actor)
    return ActionLine(
        count=due,
        what=ngettext("person waits for the doctor's word", "people wait for the doctor's word", due),
        url=reverse("outreach_doctors_list"),
        icon="stethoscope",
        order=25,
    )


@registry.action_line
def contacts_to_report(actor: Actor) -> ActionLine | None:
    if not actor.may("outreach.team") or not actor.may("outreach.record") or actor.is_system:
        return None
    missing, late = contacts.to_report(actor)
    return ActionLine(
        count=missing,
        what=ngettext("contact has not been reported", "contacts have not been reported", missing),
        url=reverse("outreach_contacts"),
        icon="phone",
        tone="orange" if late else "blue",
        order=45,
    )


@registry.person_panel
def officer_of(actor: Actor, person_id: UUID) -> PersonPanel | None:
    """Who answers for the person, and who did."""
    if not actor.may("outreach.view"):
        return None
    found = duties.history(actor, person_id)
    live = next((row for row in found if row.until_on is None), None)
    before = [
        (row, mobilising_words.ENDED_TITLES.get(row.ended, "")) for row in found if row.until_on is not None
    ]
    actions = (
        [(_("At the door"), reverse("outreach_door", args=[person_id]))]
        if actor.may("outreach.record")
        else []
    )
    if actor.may("outreach.assign"):
        actions.append((_("Name the officer"), reverse("outreach_give", args=[person_id])))
    why = mobilising_words.WHY_TITLES[live.why] if live else ""
    context = {"officer": live, "before": before, "why": why}
    return PersonPanel(
        pgettext_lazy("officer", "Officer"),
        "outreach/officer_panel.html",
        context,
        icon="users",
        actions=tuple(actions),
        order=58,
    )
