"""What the visit hangs on the shell: navigation, the panel of a site, today's progress and who may leave."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yingjie.clinic import queries
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import queries as sites
from yingjie.sites.panels import SitePanel, site_panel
from yingjie.web import registry
from yingjie.web.registry import ActionLine, ProgressBar

for _title, _url_name, _permission, _icon, _order in (
    (_("Stations"), "clinic", "clinic.view", "building-hospital", 10),
    (_("Registration"), "station_registration", "clinic.register", "id", 20),
    (_("Vaccination"), "station_vaccination", "clinic.vaccinate", "vaccine", 30),
    (_("Observation"), "station_observation", "clinic.observe", "clock", 40),
):
    registry.navigation(
        section="on-site", title=_title, url_name=_url_name, permission=_permission, icon=_icon, order=_order
    )

registry.journal_words("clinic.take_back", _("took a visit's record back"))


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


@registry.action_line
def people_may_leave(actor: Actor) -> Iterator[ActionLine]:
    if not actor.may("clinic.observe") or actor.is_system:
        return
    found = queries.may_leave_now(actor)
    names = sites.names(set(found))
    for site_id, count in found.items():
        yield ActionLine(
            count, _("people may leave the observation area now"), reverse("station_observation"), why=names[site_id],
            tone="green", icon="clock", order=10,
        )  # fmt: skip


@registry.action_line
def people_wait(actor: Actor) -> ActionLine | None:
    """Who waits for the injection longer than half an hour."""
    if not actor.may("clinic.vaccinate") or actor.is_system:
        return None
    count = queries.waiting_since(actor, clock.now() - queries.LONG_WAIT)
    return ActionLine(
        count, _("people have waited for their injection for more than 30 minutes"), reverse("station_vaccination"),
        icon="hourglass", order=20,
    )  # fmt: skip
