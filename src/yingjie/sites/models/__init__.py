"""Tables of sites: the place itself, how it is laid out, whether it is ready, who works there when."""

from yingjie.sites.models.drills import Drill
from yingjie.sites.models.layout import ROOMS, SpecialDay, Station, Zone
from yingjie.sites.models.opening import DayPermit
from yingjie.sites.models.readiness import Emergency, Equipment, Finding, Inspection, KitItem
from yingjie.sites.models.rosters import (
    TIME_KINDS,
    Duty,
    Need,
    Presence,
    Roster,
    ShiftPattern,
    Swap,
    TeamMember,
    TimeOff,
)
from yingjie.sites.models.site import KINDS, Site

__all__ = [
    "KINDS", "ROOMS", "TIME_KINDS", "DayPermit", "Drill", "Duty", "Emergency", "Equipment", "Finding", "Inspection", "KitItem",
    "Need", "Presence", "Roster", "ShiftPattern", "Site", "SpecialDay", "Station", "Swap", "TeamMember", "TimeOff", "Zone",
]  # fmt: skip
