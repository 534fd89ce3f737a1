"""Tables of sites: the place itself, how it is laid out, whether it is ready."""

from yingjie.sites.models.layout import ROOMS, SpecialDay, Station, Zone
from yingjie.sites.models.readiness import Emergency, Equipment, Finding, Inspection, KitItem
from yingjie.sites.models.site import KINDS, Site

__all__ = [
    "KINDS", "ROOMS", "Emergency", "Equipment", "Finding", "Inspection", "KitItem", "Site", "SpecialDay", "Station",
    "Zone",
]  # fmt: skip
