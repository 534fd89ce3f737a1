"""What the visit hangs on the shell: navigation, the panel of a site, today's progress and who may leave."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from yingjie.clinic import queries
from yingjie.clinic.waits import LONG, TOO_LONG, at_sites, waits
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import queries as sites
from yingjie.sites.panels import SitePanel, site_panel
from yingjie.web import registry
from yingjie.web.registry import ActionLine, DayFigure, ProgressBar

for _title, _url_name, _permission, _icon, _order in (
    (_("Stations"), "clinic", "clinic.view", "building-hospital", 10),
    (_("Entrance"), "station_entrance", "clinic.register", "thermometer", 15),
    (_("Registration"), "station_registration", "clinic.register", "id", 20),
    (_("Screening"), "station_screening", "clinic.screen", "stethoscope", 25),
    (_("Vaccination"), "station_vaccination", "clinic.vaccinate", "vaccine", 30),
    (_("Observation"), "station_observation", "clinic.observe", "clock", 40),
    (_("To be allowed"), "clinic_overrides", "clinic.override", "shield-check", 50),
):
    registry.navigation(
        section="on-site", title=_title, url_name=_url_name, permission=_permission, icon=_icon, order=_order
    )

for _verb, _said in (
    ("take_back", _("took a visit's record back")),
    ("take_number", _("gave a number")),
    ("check_in", _("checked somebody in")),
    ("consent", _("took a consent")),
    ("withdraw", _("wrote down that a consent was taken back")),
    ("screen", _("screened somebody")),
    ("decide", _("decided as a doctor")),
    ("verify", _("verified person and vial")),
    ("set_aside", _("put a verification aside")),
    ("call", _("called a number")),
    ("react", _("recorded that somebody was not well")),
    ("recover", _("recorded that somebody was well again")),
    ("send_to_hospital", _("sent somebody to hospital")),
    ("receive_record", _("put a dose under the right name")),
    ("ask_override", _("asked a second person to allow something")),
    ("answer_override", _("answered what a vaccinator asked")),
):
    registry.journal_words(f"clinic.{_verb}", _said)


@site_panel
def visits_today(actor: Actor, site_id: UUID) -> SitePanel | None:
    if not actor.may("clinic.view", site_id=site_id):
        return None
    states = queries.states_of_day(actor, site_id)
    more = ((_("Visits of the day"), reverse("clinic_day", args=[site_id]), "list-details"),)
    return SitePanel(
        _("Visits today"), "clinic/site_panel.html", {"states": states}, icon="users", actions=more, order=10
    )


@registry.progress
def doses_today(actor: Actor) -> ProgressBar | None:
    """Doses given today of all who registered and were not turned away, at the sites that the actor sees."""
    if not actor.may("clinic.view"):
        return None
    given, expected = queries.given_of_registered(actor)
    url = reverse("clinic")
    return ProgressBar(
        _("Doses today"), given, expected, unit=_("of those registered"), url=url, note=_("At your sites, up to now."), order=10
    )  # fmt: skip


@registry.day_figure
def people_at_sites(actor: Actor) -> DayFigure | None:
    """Who waits at the sites now, for whoever answers for several of them."""
    if not actor.may("clinic.view") or not actor.may("oversight.view") or actor.is_system:
        return None
    found = at_sites(actor)
    longest = max((site.longest for site in found), default=0)
    return DayFigure(
        pgettext("visit", "Waiting at sites"), sum(site.waiting for site in found), reverse("clinic"),
        unit=pgettext("visit", "people"), tone="red" if longest >= TOO_LONG else "orange" if longest >= LONG else "",
        note=_("longest {minutes} min · {observed} under observation").format(
            minutes=longest, observed=sum(site.observed for site in found)
        ), order=40,
    )  # fmt: skip


@registry.action_line
def people_may_leave(actor: Actor) -> Iterator[ActionLine]:
    if not actor.may("clinic.observe") or actor.is_system:
        return
    found = queries.may_leave_now(actor)
    names = sites.names(set(found))
    for site_id, count in found.items():
        yield ActionLine(
            count,
            ngettext(
                "person may leave the observation area now",
                "people may leave the observation area now",
                count,
            ),
            reverse("station_observation"),
            why=names[site_id],
            tone="green",
            icon="clock",
            order=10,
        )


@registry.action_line
def people_wait(actor: Actor) -> ActionLine | None:
    """Who waits for the injection longer than half an hour."""
    if not actor.may("clinic.vaccinate") or actor.is_system:
        return None
    count = queries.waiting_since(actor, clock.now() - queries.LONG_WAIT)
    return ActionLine(
        count,
        ngettext(
            "person has waited for the injection for more than 30 minutes",
            "people have waited for their injection for more than 30 minutes",
            count,
        ),
        reverse("station_vaccination"),
        icon="hourglass",
        order=20,
    )


@registry.action_line
def overrides_wait(actor: Actor) -> ActionLine | None:
    """What vaccinators ask this actor to allow."""
    if not actor.may("clinic.override") or actor.is_system:
        return None
    count = len(queries.open_overrides(actor))
    return ActionLine(
        count,
        ngettext(
            "vaccinator asks a second person to decide", "vaccinators ask a second person to decide", count
        ),
        reverse("clinic_overrides"),
        icon="shield-check",
        order=5,
    )


@registry.action_line
def stations_jammed(actor: Actor) -> Iterator[ActionLine]:
    """Stations at which people wait too long, or more wait than have a seat."""
    if not actor.may("clinic.observe") or actor.is_system:
        return
    for site in sites.sites(actor, "clinic.observe"):
        jammed = [wait for wait in waits(actor, site.id) if wait.level == "too_long"]
        if jammed:
            yield ActionLine(
                len(jammed),
                ngettext(
                    "station where people wait too long", "stations where people wait too long", len(jammed)
                ),
                reverse("clinic_flow", args=[site.id]),
                why=site.name,
                tone="red",
                icon="alert-triangle",
                order=12,
            )
