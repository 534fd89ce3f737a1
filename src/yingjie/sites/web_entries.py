"""What sites hang on the shell: the list in the navigation, and their names where roles are shown and granted."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import opening, queries, readiness_queries, roster_queries
from yingjie.web import registry
from yingjie.web.registry import ActionLine, SiteChoice

registry.navigation(
    section="organisation",
    title=_("Sites"),
    url_name="sites",
    permission="sites.view",
    icon="building-hospital",
    order=40,
)
registry.navigation(
    section="organisation",
    title=_("My duties"),
    url_name="own_duties",
    permission="sites.view",
    icon="calendar-event",
    order=41,
)


def grantable(actor: Actor) -> list[SiteChoice]:
    """The sites of the areas in which the actor administers users."""
    return [SiteChoice(row.id, row.name, row.area_code) for row in queries.sites(actor, "access.manage")]


registry.site_names(queries.names, grantable)


def to_do(actor: Actor) -> Iterator[ActionLine]:
    """Findings to correct or to look at again, and requests to swap that wait for whoever keeps the roster."""
    if actor.may("sites.change") or actor.may("sites.inspect"):
        rows = readiness_queries.findings(actor, unsettled=True)
        if rows:
            address = reverse("site_readiness", args=[rows[-1].site_id])
            yield ActionLine(
                len(rows),
                ngettext("finding at a site is not settled", "findings at sites are not settled", len(rows)),
                address,
                _("Look"),
                icon="checklist",
                order=64,
            )
    if actor.may("sites.inspect"):
        today = clock.today()
        shut = [
            site.id
            for site in queries.sites(actor, "sites.inspect")
            if site.is_open(today) and opening.may_vaccinate(site.id, today) is not None
        ]
        if shut:
            address = reverse("site_readiness", args=[shut[0]])
            words = _("sites register nobody today")
            yield ActionLine(len(shut), words, address, _("Look"), icon="ban", order=12)
    if actor.may("sites.roster"):
        for site in queries.sites(actor, "sites.roster"):
            waiting = sum(swap.state == "agreed" for swap in roster_queries.swaps(actor, site.id))
            if waiting:
                address = reverse("rosters", args=[site.id])
                yield ActionLine(
                    waiting,
                    ngettext("request to swap a duty waits", "requests to swap a duty wait", waiting),
                    address,
                    _("Decide"),
                    icon="calendar-clock",
                    order=65,
                )


registry.action_line(to_do)

for _verb, _words, _title in (
    ("sites.lay_out", _("set up zones of a site"), ""),
    ("sites.open_zone", _("added the zone {zone}"), _("added a zone")),
    ("sites.change_zone", _("changed the zone {zone}"), _("changed a zone")),
    ("sites.close_zone", _("closed the zone {zone}"), _("closed a zone")),
    ("sites.special_day", _("set other hours on {on}"), _("set other hours on a day")),
    (
        "sites.usual_day",
        _("went back to the usual hours on {on}"),
        _("went back to the usual hours on a day"),
    ),
    ("sites.equip", _("wrote down the equipment of a site"), ""),
    (
        "sites.plan_emergency",
        _("named the hospital {hospital} for emergencies"),
        _("changed an emergency plan"),
    ),
    ("sites.check_kit", _("checked an emergency kit"), ""),
    (
        "sites.hold_drill",
        _("entered an emergency drill of {on} with {people} people"),
        _("entered an emergency drill"),
    ),
    ("sites.correct_drill", _("said what was done about a drill"), ""),
    (
        "sites.permit_day",
        _("opened a site for {on}: {reason}"),
        _("opened a site's day in spite of a finding"),
    ),
    ("sites.inspect", _("inspected a site"), ""),
    ("sites.correct", _("corrected a finding"), ""),
    ("sites.settle", _("settled a finding"), ""),
    ("sites.send_back", _("sent a finding back"), ""),
    ("sites.join", _("added {name} to a team"), _("added somebody to a team")),
    ("sites.part", _("ended the time of {name} in a team"), _("ended somebody's time in a team")),
    ("sites.set_shifts", _("set the shifts of a site"), ""),
    ("sites.set_needs", _("set how many people shifts need"), ""),
    ("sites.take_time", _("entered leave or a wish"), ""),
    ("sites.drop_time", _("took leave or a wish back"), ""),
    ("sites.build_roster", _("built the roster {first} to {last}"), _("built a roster")),
    ("sites.publish_roster", _("published the roster {first} to {last}"), _("published a roster")),
    ("sites.drop_roster", _("put the roster {first} to {last} aside"), _("put a roster aside")),
    ("sites.put_duty", _("gave {name} a duty on {on}"), _("gave a duty by hand")),
    ("sites.take_off", _("took the duty on {on} off {name}"), _("took a duty off")),
    ("sites.pin", _("pinned or unpinned a duty on {on}"), _("pinned or unpinned a duty")),
    ("sites.ask_swap", _("asked {to} to take the duty of {from} on {on}"), _("asked to swap a duty")),
    ("sites.answer_swap", _("answered a request to swap the duty on {on}"), _("answered a request to swap")),
    ("sites.decide_swap", _("decided on the swap of {on}"), _("decided on a swap")),
    ("sites.sign_in", _("signed {name} in"), _("signed somebody in")),
    ("sites.sign_out", _("signed {name} out"), _("signed somebody out")),
):
    registry.journal_words(_verb, _words, title=_title)
