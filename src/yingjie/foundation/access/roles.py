"""The roles and what each may do. A role is held on a node of the area tree (everything below it) from a day until a day.

A permission is `module.verb`. Roles are few on purpose: who may do a thing is a matter for this table, what can be done at this
moment is a matter for a workflow's guard. This is the one file of the foundation that names the field's work.
"""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEDGER_READ = {
    "areas.view",
    "units.view",
    "people.view",
    "doses.view",
    "outreach.view",
    "bookings.view",
    "campaigns.view",
    "reminders.view",
}
OVERSIGHT_READ = {"oversight.view", "sites.view", "stock.view", "vaccines.view", "staff.view"}
SITE_READ = {"areas.view", "sites.view", "stock.view", "vaccines.view", "clinic.view", "bookings.view"}
#: "outreach.team" is to see what every officer of an area has to do; who has not (a grid worker) sees their own only.
#: "outreach.assign"
#: is to say who answers for whom.
#: "outreach.complaints" is to see what residents complain about, "outreach.hear" to take it and decide: never for a village or a
#: grid, which is whom most complaints are about.
#: Making sessions, asking for places for one's people, giving places to people who ask.
BOOKING = {"bookings.change", "bookings.submit", "bookings.book"}

#: Simulating, comparing and exercising; proposing who goes where, which names people; what every site of an area holds and lacks
#: ("plans.supply"), and deciding on it: shares of a delivery, what is published, how much is kept for later doses.
PLANNING = {"plans.view", "plans.change", "plans.assign", "plans.supply", "plans.share_doses"}

LINE_READ = {"areas.view", "units.view", "people.view", "doses.view", "outreach.view"}


@dataclass(frozen=True)
class Role:
    name: str
    title: str | Promise
    permissions: frozenset[str]
    #: Held for one line (条) of its area: its permissions reach what that line answers for, and nothing else.
    of_line: bool = False


def _role(name: str, title: str | Promise, *permissions: str | set[str]) -> Role:
    granted: set[str] = set()
    for entry in permissions:
        granted |= {entry} if isinstance(entry, str) else entry
    return Role(name, title, frozenset(granted))


def _of_line(name: str, title: str | Promise, *permissions: str | set[str]) -> Role:
    return replace(_role(name, title, *permissions), of_line=True)


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role("administrator", _("Administrator"), "access.manage", "areas.view", "areas.change", "sites.view",
              "sites.change", "journal.view", "vaccines.view", "vaccines.change", "staff.view", "staff.change"),
        _role("county_lead", _("County task force"), LEDGER_READ, OVERSIGHT_READ, PLANNING, "campaigns.change",
              "oversight.card", "stock.decide",
              "people.export", "people.reveal",
              "people.change", "people.import", "clinic.view", "oversight.issue", "areas.change", "sites.change",
              "outreach.record", "outreach.issue", "outreach.check", "outreach.assign", "outreach.team",
              "outreach.complaints", "outreach.hear",
              "units.change", "doses.claim", "doses.decide",
              "reminders.send", "reminders.wish", "vaccines.change", "staff.change", "staff.certify",
              "sites.inspect", "sites.roster", BOOKING),
        _role("town_lead", _("Township task force"), LEDGER_READ, OVERSIGHT_READ, PLANNING, "campaigns.change",
              "oversight.card", "oversight.answer",
              "people.export", "people.reveal",
              "people.change", "people.import", "clinic.view", "oversight.issue", "outreach.record",
              "outreach.issue", "outreach.check", "outreach.assign", "outreach.team", "units.change", "doses.claim",
              "outreach.complaints", "outreach.hear",
              "doses.decide", "staff.change",
              "reminders.send", "reminders.wish", "sites.inspect", "sites.roster", BOOKING),
        _role("village_officer", _("Village officer"), LEDGER_READ, "oversight.view", "oversight.answer",
              "people.change", "outreach.record", "outreach.team", "reminders.wish",
              "doses.claim", "bookings.submit", "bookings.book"),
        _role("grid_worker", _("Grid worker"), LEDGER_READ, "outreach.record", "reminders.wish", "bookings.book"),
        _of_line("line_lead", _("Line department"), LINE_READ),
        # Health data are seen by the county's and townships' health officers, and at stations (clinic.register) for whoever stands
        # there; a village, a grid or a task force works with what follows from them ("deferred until …"), never with a diagnosis.
        _role("health_officer", _("Health officer"), LEDGER_READ, OVERSIGHT_READ, "plans.view", "plans.supply",
              "plans.share_doses", "people.health", "outreach.team", "bookings.book", "stock.decide", "staff.change",
              "staff.certify", "sites.inspect"),
        _role("site_lead", _("Site lead"), SITE_READ, "clinic.register", "clinic.screen", "clinic.vaccinate", "clinic.observe",
              "clinic.override", "plans.view", "plans.change",
              "stock.change", "sites.change", "sites.inspect", "sites.roster", "oversight.view", "doses.claim",
              "bookings.change", "bookings.desk"),
        _role("registrar", _("Registrar"), SITE_READ, "clinic.register", "doses.claim", "bookings.desk"),
        _role("screening_doctor", _("Screening doctor"), SITE_READ, "clinic.register", "clinic.screen", "clinic.observe",
              "clinic.override", "doses.claim", "bookings.desk"),
        _role("vaccinator", _("Vaccinator"), SITE_READ, "clinic.register", "clinic.vaccinate", "doses.claim", "bookings.desk"),
        _role("observer", _("Observation nurse"), SITE_READ, "clinic.observe"),
        _role("store_keeper", _("Vaccine store keeper"), "areas.view", "sites.view", "stock.view", "stock.change",
              "vaccines.view", "plans.view", "plans.supply", "plans.share_doses"),
        _role("auditor", _("Auditor"), LEDGER_READ, OVERSIGHT_READ, "plans.view", "plans.supply", "clinic.view",
              "outreach.team", "outreach.complaints", "journal.view"),
    )
}  # fmt: skip

#: Whoever may export lists of people or see full identity numbers must sign in with a second factor.
NEEDS_SECOND_FACTOR = frozenset({"people.export", "people.reveal", "access.manage"})

PERMISSIONS: frozenset[str] = frozenset().union(*(role.permissions for role in ROLES.values()))
