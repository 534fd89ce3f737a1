"""What plans hang on the shell: their navigation and the journal's words."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.plans import later_doses, tomorrow
from yingjie.web import registry
from yingjie.web.registry import ActionLine

registry.navigation(
    section="plan", title=_("Tomorrow at a site"), url_name="plans_days", permission="plans.view", icon="chart-line", order=10
)  # fmt: skip

registry.navigation(
    section="plan", title=_("Who goes where"), url_name="plans_proposals", permission="plans.assign", icon="map-pin", order=20
)  # fmt: skip
registry.navigation(
    section="plan", title=_("Plan board"), url_name="plans_boards", permission="plans.assign", icon="calendar-event", order=25
)  # fmt: skip
registry.navigation(
    section="plan", title=_("Doses over sites"), url_name="plans_supply_plans", permission="plans.supply", icon="truck", order=30
)  # fmt: skip
registry.navigation(
    section="appointments", title=_("Vaccine that is coming"), url_name="plans_vaccine_coming", permission="bookings.view",
    icon="truck", order=30,
)  # fmt: skip
registry.navigation(
    section="plan", title=pgettext_lazy("plan", "Later doses"), url_name="plans_later", permission="plans.view",
    icon="calendar-clock", order=35,
)  # fmt: skip
registry.navigation(
    section="plan", title=_("The whole campaign"), url_name="plans_campaign_runs", permission="plans.view", icon="chart-bar",
    order=40,
)  # fmt: skip
registry.navigation(
    section="plan", title=_("Sites needed"), url_name="plans_siting", permission="plans.view", icon="building-hospital", order=45
)  # fmt: skip
registry.navigation(
    section="plan", title=_("Exercises"), url_name="plans_exercises", permission="plans.view", icon="clipboard-list", order=50
)  # fmt: skip

for _verb, _words, _title in (
    (
        "plans.draw_up",
        _("planned {on} at {site} from the ledger"),
        _("planned a day at a site from the ledger"),
    ),
    ("plans.vary", _("made the variant “{title}” of {on} at {site}"), _("made a variant of a planned day")),
    (
        "plans.find_staffing",
        _("looked for the smallest staffing for {minutes} minutes"),
        _("looked for the smallest staffing"),
    ),
    (
        "plans.propose",
        _("asked for a proposal of who goes where: {title}"),
        _("asked for a proposal of who goes where"),
    ),
    ("plans.put", _("put somebody elsewhere in a proposal"), ""),
    (
        "plans.publish_supply",
        _("published which site gets which vaccine ({moves} deliveries)"),
        _("published deliveries"),
    ),
    ("plans.withdraw_supply", _("took back what was published of deliveries"), ""),
    (
        "plans.hold_for_later",
        _("decided to hold back at most {percent} % for later doses"),
        _("decided how much is held back for later doses"),
    ),
    (
        "plans.apply",
        _("applied “{title}”: {booked} people booked, {kept} stay"),
        _("applied a proposal of who goes where"),
    ),
    (
        "plans.undo",
        _("took “{title}” back: {people} places given back"),
        _("took back a proposal of who goes where"),
    ),
    ("plans.drop_proposal", _("dropped the proposal “{title}”"), _("dropped a proposal of who goes where")),
    ("plans.supply", _("forecast the doses of {area}"), _("forecast the doses of an area")),
    ("plans.send", _("sent {doses} doses from {from} to {to} as planned"), _("sent doses as planned")),
    ("plans.campaign", _("simulated the campaign: {title}"), _("simulated the campaign")),
    ("plans.exercise", _("prepared the exercise “{title}”"), _("prepared an exercise")),
    ("plans.exercise_clock", _("exercise “{title}”: {step}"), _("started, paused or ended an exercise")),
    ("plans.exercise_decide", _("decided in the exercise “{title}” as {role}"), _("decided in an exercise")),
    (
        "plans.exercise_seat",
        _("took the role {role} in the exercise “{title}”"),
        _("took a role in an exercise"),
    ),
    (
        "plans.exercise_note",
        _("noted something about the exercise “{title}”"),
        _("noted something about an exercise"),
    ),
    (
        "plans.point",
        _("wrote down where {site} lies"),
        _("wrote down where a site lies"),
    ),
    ("plans.board", _("drew up the board “{title}”"), _("drew up a board of sessions")),
    (
        "plans.apply_board",
        _("applied the board “{title}”: {sessions} sessions, {people} people told another time"),
        _("applied a board of sessions"),
    ),
    ("plans.drop_board", _("dropped the board “{title}”"), _("dropped a board of sessions")),
    ("plans.bring_script", _("brought the exercise script “{title}”"), _("brought an exercise script")),
    (
        "plans.script_step",
        _("took the exercise script “{title}” into use or withdrew it"),
        _("took an exercise script into use or withdrew it"),
    ),
    (
        "plans.hand_over",
        _("handed the staff of the plan of {on} at {site} to its roster: {needs} needs"),
        _("handed the staff of a plan to the roster"),
    ),
    ("plans.again", _("started “{title}” again"), _("started a computation of plans again")),
    ("plans.drop", _("threw away the plan “{title}”"), _("threw away a plan")),
):
    registry.journal_words(_verb, _words, title=_title or _words)


@registry.action_line
def later_doses_short(actor: Actor) -> list[ActionLine]:
    """The wave that cannot be served, weeks before it comes: one line a county, with the first day and where."""
    if actor.is_system or not actor.may("plans.view"):
        return []
    lines = []
    for county in later_doses.counties(actor):
        told = later_doses.found(actor, county)
        if told is None or not told.short:
            continue
        first = told.short[0]
        lines.append(ActionLine(
            count=told.lacking,
            what=ngettext(
                "person has no day for the next dose in time; first at {site} by {on}",
                "people have no day for the next dose in time; first at {site} by {on}",
                told.lacking,
            ).format(site=first.site, on=f"{first.by:%m-%d}"),
            url=f"{reverse('plans_later')}?county={county}", icon="calendar-clock", tone="red", order=15,
        ))  # fmt: skip
    return lines


@registry.action_line
def tomorrow_unplanned(actor: Actor) -> list[ActionLine]:
    """The evening before: sites whose tomorrow nobody looked at, and sites where even the best plan makes people wait too long."""
    if actor.is_system or not actor.may("plans.change"):
        return []
    unplanned, long = tomorrow.to_look_at(actor, clock.today() + timedelta(days=1))
    words = (
        (unplanned, ngettext(
            "site has people coming tomorrow and no plan of the day", "sites have people coming tomorrow and no plan of the day",
            unplanned,
        ), _("Simulate"), "orange"),
        (long, ngettext(
            "site where people will wait long tomorrow", "sites where people will wait long tomorrow", long
        ), _("Look for a better plan"), "red"),
    )  # fmt: skip
    return [
        ActionLine(
            count=count,
            what=what,
            url=reverse("plans_days"),
            button=button,
            icon="chart-line",
            tone=tone,
            order=16,
        )
        for count, what, button, tone in words
        if count
    ]
