"""What outreach hangs on the shell: the reasons in the navigation, the visits on a person's page."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import checks, feedback, plans, queries, screen, unit_coverage, verbs, words
from yingjie.outreach import complaint_entries as complaint_entries  # it registers itself
from yingjie.outreach import mobilising_entries as mobilising_entries  # so does this
from yingjie.outreach import watch_entries as watch_entries  # and this
from yingjie.outreach.unvaccinated_list import line_said
from yingjie.people import unit_queries
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel, ProgressBar

registry.navigation(
    section="mobilise", title=_("Reasons heard"), url_name="outreach_reasons", permission="outreach.view",
    icon="speakerphone", order=50,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Who goes first"), url_name="outreach_lead_groups", permission="outreach.view", icon="flag",
    order=52,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Not vaccinated yet"), url_name="outreach_unvaccinated", permission="outreach.view",
    icon="list-details", order=10,
)  # fmt: skip
registry.navigation(
    section="ledger", title=_("Units and lines"), url_name="units", permission="units.view", icon="building-community", order=40,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Plans for single residents"), url_name="outreach_plans", permission="outreach.view",
    icon="clipboard-list", order=20,
)  # fmt: skip
for _state, (_title, _tone, _icon) in words.PLAN_STATES.items():
    registry.status(f"plan-{_state}", _title, tone=_tone, icon=_icon)
registry.status("plan-overdue", _("Step overdue"), tone="orange", icon="calendar-due")
registry.navigation(
    section="mobilise", title=_("Pushed lists"), url_name="outreach_checks", permission="outreach.view", icon="checklist", order=30,
)  # fmt: skip
registry.status("check-waiting", _("Not checked"), tone="blue", icon="clock")
registry.status("check-overdue", _("Check overdue"), tone="orange", icon="calendar-due")
registry.status("check-done", _("Checked"), tone="green", icon="check")
registry.status("check-reported", _("Reported back"), tone="green", icon="send")
for _verb, _said in verbs.VERBS.items():
    registry.journal_words(_verb, _said[0], title=_said[-1])
registry.status("away", _("Living away"), tone="indigo", icon="route")


@registry.action_line
def lists_to_make(actor: Actor) -> ActionLine | None:
    """The lists of the day, for whoever makes them."""
    if not actor.may("outreach.issue") or actor.is_system:
        return None
    waiting = feedback.missing(actor, clock.today())
    return ActionLine(
        count=waiting,
        what=ngettext("village has no list of today yet", "villages have no list of today yet", waiting),
        url=reverse("outreach_lists"),
        button=_("Make the lists"),
        tone="blue",
        icon="send",
        why=_("Who is not vaccinated is fed back to every village each day."),
        order=60,
    )


@registry.action_line
def plans_overdue(actor: Actor) -> ActionLine | None:
    """Steps of plans that should have been taken."""
    if not actor.may("outreach.record") or actor.is_system:
        return None
    waiting = plans.overdue(actor)
    return ActionLine(
        count=waiting,
        what=ngettext("plan has a step overdue", "plans have a step overdue", waiting),
        url=f"{reverse('outreach_plans')}?state=overdue",
        icon="clipboard-list",
        order=35,
    )


@registry.action_line
def lines_to_check(actor: Actor) -> ActionLine | None:
    """Lines of pushed lists without a finding; those past their deadline are named."""
    if not actor.may("outreach.record") or actor.is_system:
        return None
    waiting, late = checks.waiting(actor)
    why = (
        ngettext("{n} is past the deadline.", "{n} are past the deadline.", late).format(n=late)
        if late
        else ""
    )
    return ActionLine(
        count=waiting,
        what=ngettext("line of a pushed list to check", "lines of pushed lists to check", waiting),
        url=f"{reverse('outreach_checks')}?state={'overdue' if late else 'waiting'}",
        icon="checklist",
        tone="orange" if late else "blue",
        why=why,
        order=30,
    )


@registry.progress
def coverage_of_the_line(actor: Actor) -> ProgressBar | None:
    """For a line department: how far its units' people are."""
    found = unit_coverage.of_own_lines(actor)
    if found is None:
        return None
    return ProgressBar(
        _("First dose at your line's units"), done=found.first, total=found.offered, unit=pgettext_lazy("visit", "people"),
        url=reverse("outreach_unvaccinated"), order=20,
    )  # fmt: skip


@registry.person_panel
def standing(actor: Actor, person_id: UUID) -> PersonPanel | None:
    """Where the person stands for the campaign, all things heard and recorded."""
    if not actor.may("outreach.view"):
        return None
    found = screen.standing(actor, person_id)
    if found is None:
        return None
    title = pgettext_lazy("visit", "Where they stand")
    return PersonPanel(title, "outreach/closing_panel.html", found, icon="target-arrow", order=10)


@registry.person_panel
def care_plans(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("outreach.view"):
        return None
    found = plans.of_person(actor, person_id)
    shown = [(plan, "plan-overdue" if plan.is_overdue else f"plan-{plan.state}") for plan in found]
    may_make = queries.may_record(actor, person_id) and all(plan.state == "closed" for plan in found)
    actions = ((_("Make a plan"), reverse("outreach_open_plan", args=[person_id])),) if may_make else ()
    return PersonPanel(
        pgettext_lazy("care", "Plan"), "outreach/plans_panel.html", {"plans": shown}, icon="clipboard-list",
        actions=actions, order=65,
    )  # fmt: skip


@registry.person_panel
def units(actor: Actor, person_id: UUID) -> PersonPanel | None:
    """Where they work, learn or are looked after, and the line that answers for it."""
    if not actor.may("units.view"):
        return None
    held = unit_queries.units_of(actor, person_id)
    found = [(row, line_said(row.unit.line), actor.may("units.view", row.unit.area_code)) for row in held]
    title = pgettext_lazy("person", "Units")
    return (
        PersonPanel(title, "outreach/units_panel.html", {"units": found}, "building-community", order=70)
        if found
        else None
    )


@registry.person_panel
def visits(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("outreach.view"):
        return None
    context = screen.panel(actor, person_id)
    return PersonPanel(
        pgettext_lazy("visit", "Visits"), "outreach/panel.html", context, icon="home", order=60
    )
