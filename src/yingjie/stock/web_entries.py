"""What stock hangs on the shell: its navigation, the panel of a site, what waits for somebody, the journal's words."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yingjie.foundation.access.actor import Actor
from yingjie.sites import queries as sites
from yingjie.sites.panels import SitePanel, site_panel
from yingjie.stock import cold_queries, coming, day_close, queries
from yingjie.stock.screen import shown
from yingjie.web import registry
from yingjie.web.registry import ActionLine

registry.navigation(
    section="vaccine", title=_("Stock"), url_name="stock", permission="stock.view", icon="package", order=10
)
registry.navigation(
    section="vaccine",
    title=_("Trace a code"),
    url_name="stock_trace",
    permission="stock.view",
    icon="barcode",
    order=20,
)
registry.navigation(
    section="vaccine", title=_("Excursions"), url_name="stock_excursions", permission="stock.view",
    icon="thermometer", order=30,
)  # fmt: skip

for verb, words, title in (
    ("stock.take_paper", _("took a file that came with a delivery"), _("took a file of a delivery")),
    ("stock.receive", _("took in a delivery of {doses} doses of lot {lot}"), _("received vaccine")),
    (
        "stock.decide_receipt",
        _("decided about a delivery of lot {lot}"),
        _("decided about a delivery"),
    ),
    ("stock.put_on_record", _("put the vial {vial} on record"), _("put a vial on record")),
    ("stock.open_vial", _("opened the vial {vial}"), _("opened a vial")),
    (
        "stock.discard",
        _("discarded {doses} doses of the vial {vial}"),
        _("discarded what was left in a vial"),
    ),
    ("stock.hand_back", _("handed {doses} doses of lot {lot} back"), _("handed vaccine back")),
    ("stock.send", _("sent {doses} doses on (transfer {number})"), _("sent vaccine on")),
    ("stock.arrive", _("confirmed transfer {number}: {doses} doses"), _("confirmed a transfer")),
    ("stock.call_back", _("called transfer {number} back: {reason}"), _("called a transfer back")),
    ("stock.add_fridge", _("added the fridge {fridge}"), _("added a fridge")),
    ("stock.retire_fridge", _("retired the fridge {fridge}"), _("retired a fridge")),
    ("stock.put_into", _("put lot {lot} into {fridge}"), _("put a lot into a fridge")),
    ("stock.write_reading", _("wrote down {celsius} °C for {fridge}"), _("wrote a temperature down")),
    ("stock.read_logger", _("read {readings} temperatures of {fridge}"), _("read a logger's file")),
    ("stock.excursion", _("{fridge} was out of range: {celsius} °C"), _("found an excursion")),
    (
        "stock.decide_excursion",
        _("decided about lot {lot} after an excursion: {reason}"),
        _("decided about an excursion"),
    ),
    ("stock.close_day", _("closed the stock of {on}"), _("closed a day's stock")),
    (
        "stock.reopen_day",
        _("opened the closed stock of {on} again: {reason}"),
        _("opened a closed day again"),
    ),
    ("stock.rebuild", _("made {count} balances what their movements say"), _("rebuilt the balances")),
):
    registry.journal_words(verb, words, title=title)


@site_panel
def balances(actor: Actor, site_id: UUID) -> SitePanel | None:
    if not actor.may("stock.view", site_id=site_id):
        return None
    rows = [shown(row) for row in queries.balances(actor, site_id)]
    more = ((_("Movements"), reverse("stock_site", args=[site_id]), "list-details"),)
    return SitePanel(
        _("Stock"), "stock/balances.html", {"balances": rows}, icon="package", actions=more, order=20
    )


@registry.action_line
def expiring_lots(actor: Actor) -> Iterator[ActionLine]:
    """For whoever can do something about it."""
    if not actor.may("stock.change") or actor.is_system:
        return
    found = queries.expiring(actor)
    names = sites.names({site_id for site_id, _count in found})
    for site_id, count in found[:5]:
        yield ActionLine(
            count,
            ngettext("lot expires within 30 days", "lots expire within 30 days", count),
            reverse("stock_site", args=[site_id]),
            why=names[site_id],
            icon="calendar-due",
            order=40,
        )


@registry.action_line
def waiting(actor: Actor) -> Iterator[ActionLine]:
    """Vaccine on its way to confirm, lots on hold and deliveries in quarantine to decide about, days nobody closed."""
    if actor.is_system:
        return
    if actor.may("stock.decide"):
        held = cold_queries.undecided(actor)
        yield ActionLine(
            held,
            ngettext(
                "lot is on hold after an excursion: decide",
                "lots are on hold after an excursion: decide",
                held,
            ),
            reverse("stock_excursions"),
            tone="red",
            icon="thermometer",
            order=12,
        )
    if not actor.may("stock.change"):
        return
    coming_to = coming.on_their_way_to(actor)
    names = sites.names(coming_to.keys())
    for site_id, count in list(coming_to.items())[:5]:
        yield ActionLine(
            count,
            ngettext(
                "transfer is on its way: confirm what arrives",
                "transfers are on their way: confirm what arrives",
                count,
            ),
            reverse("stock_transfers", args=[site_id]),
            why=names[site_id],
            tone="blue",
            icon="truck",
            order=30,
        )
    own = [site for site in sites.sites(actor, "stock.change") if site.kind != "store"]
    if len(own) == 1:
        days = day_close.unclosed_days(actor, own[0].id)
        yield ActionLine(
            len(days),
            ngettext("day's stock is not closed yet", "days' stock is not closed yet", len(days)),
            reverse("stock_day", args=[own[0].id]),
            icon="lock",
            order=35,
        )
