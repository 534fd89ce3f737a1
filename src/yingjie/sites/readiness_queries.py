"""Reads of readiness: what a site has, what inspections found, and whether it may open.

is_ready(actor, site_id)            everything of its checklist is fine
what_is_missing(actor, site_id)     what is not, what keeps it shut first
may_open_session(actor, site_id)    None, or the refusal to raise: something without which no session may be opened is missing
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.sites import refusals, standards
from yingjie.sites.models import Emergency, Equipment, Finding, Inspection, KitItem, Site, Station, Zone
from yingjie.sites.readiness import Judged, Kept, Pieces, Readiness, Seen, SiteFacts, judged

_WHY = "of a site that was checked"


@dataclass(frozen=True)
class EmergencyRow:
    hospital: str = ""
    hospital_phone: str = ""
    drive_minutes: int | None = None
    ambulance: str = ""
    ambulance_plate: str = ""
    kit_checked_on: date | None = None
    kit_checked_by: str = ""


@dataclass(frozen=True)
class InspectionRow:
    id: UUID
    site_id: UUID
    on: date
    at: datetime
    by: str
    fine: tuple[str, ...]
    left_out: tuple[str, ...]
    note: str
    findings: int
    unsettled: int


@dataclass(frozen=True)
class FindingRow:
    id: UUID
    site_id: UUID
    site_name: str
    inspection_id: UUID
    code: str
    what: str
    photo: str
    state: str
    found_at: datetime
    found_by: str
    correct_by_on: date | None
    correction: str
    correction_photo: str
    corrected_at: datetime | None
    corrected_by: str
    checked_at: datetime | None
    checked_by: str
    check_note: str

    def is_late(self, on: date) -> bool:
        return self.state == "open" and self.correct_by_on is not None and self.correct_by_on < on


def readiness(actor: Actor, site_id: UUID, on: date | None = None) -> Readiness:
    """The checklist of a site, judged for a day (today, if left out). Raises NotFound."""
    return judged(facts_of(actor, site_id), on or clock.today())


def is_ready(actor: Actor, site_id: UUID, on: date | None = None) -> bool:
    return readiness(actor, site_id, on).is_ready


def what_is_missing(actor: Actor, site_id: UUID, on: date | None = None) -> tuple[Judged, ...]:
    return readiness(actor, site_id, on).missing


def may_open_session(actor: Actor, site_id: UUID, on: date | None = None) -> refusals.SiteNotReady | None:
    """None: nothing keeps the site shut on that day. Raises NotFound."""
    found = [line for line in what_is_missing(actor, site_id, on) if line.blocks]
    if not found:
        return None
    site = Site.objects.unscoped(_WHY).get(pk=site_id)
    return refusals.SiteNotReady(site=site.name, missing=refusals.listed(tuple(line.item for line in found)))


def facts_of(actor: Actor, site_id: UUID) -> SiteFacts:
    """What decides over a site's readiness. Raises NotFound."""
    site = Site.objects.visible_to(actor).filter(pk=site_id).first()
    if site is None:
        raise NotFound()
    plan = emergency(actor, site_id)
    return SiteFacts(
        kind=site.kind,
        rooms=frozenset(
            Zone.objects.unscoped(_WHY).filter(site_id=site_id, closed_at__isnull=True).values_list("room", flat=True)
        ),
        equipment=tuple(equipment(actor, site_id, site.kind)),
        kit=tuple(kit(actor, site_id)),
        hospital=plan.hospital,
        ambulance=plan.ambulance,
        seen=_seen(site_id),
    )  # fmt: skip


def equipment(actor: Actor, site_id: UUID, kind: str) -> list[Pieces]:
    """Equipment that this kind of site should have, against what it has; and what it has besides."""
    rows = {row.code: row for row in Equipment.objects.visible_to(actor).filter(site_id=site_id)}
    open_stations: dict[str, int] = {}
    for room in (
        Station.objects.unscoped(_WHY).filter(site_id=site_id, closed_at__isnull=True).values_list("room")
    ):
        open_stations[room[0]] = open_stations.get(room[0], 0) + 1
    found = []
    for code, gear in standards.equipment().items():
        row = rows.get(code)
        standard = gear.wanted(open_stations) if kind in gear.kinds else 0
        wanted = row.wanted if row is not None and row.wanted is not None else standard
        if wanted or (row is not None and row.pieces):
            have = (row.pieces, row.broken, row.note) if row is not None else (0, 0, "")
            found.append(Pieces(code, gear.title, have[0], have[1], wanted, gear.blocks, have[2]))
    return found


def kit(actor: Actor, site_id: UUID) -> list[Kept]:
    """The emergency kit as it should be, with what is in it."""
    rows = {row.code: row for row in KitItem.objects.visible_to(actor).filter(site_id=site_id)}
    return [
        Kept(
            code, remedy.title, rows[code].pieces if code in rows else 0, remedy.least,
            rows[code].expires_on if code in rows else None, remedy.expires,
        )
        for code, remedy in standards.kit().items()
    ]  # fmt: skip


def emergency(actor: Actor, site_id: UUID) -> EmergencyRow:
    row = Emergency.objects.visible_to(actor).filter(site_id=site_id).first()
    if row is None:
        return EmergencyRow()
    return EmergencyRow(
        row.hospital, row.hospital_phone, row.drive_minutes, row.ambulance, row.ambulance_plate, row.kit_checked_on,
        row.kit_checked_by,
    )  # fmt: skip


def inspections(actor: Actor, site_id: UUID, limit: int = 20) -> list[InspectionRow]:
    """The latest first."""
    rows = list(Inspection.objects.visible_to(actor).filter(site_id=site_id).order_by("-on", "-pk")[:limit])
    states: dict[UUID, list[str]] = {row.pk: [] for row in rows}
    found = Finding.objects.unscoped(_WHY).filter(inspection_id__in=states)
    for inspection_id, state in found.values_list("inspection_id", "state"):
        states[inspection_id].append(state)
    return [_inspection(row, states[row.pk]) for row in rows]


def findings(actor: Actor, site_id: UUID | None = None, *, unsettled: bool = False) -> list[FindingRow]:
    """What was found, the newest first: at one site, or at all that the actor sees."""
    rows = Finding.objects.visible_to(actor).select_related("site").order_by("-found_at", "-pk")
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    if unsettled:
        rows = rows.exclude(state="settled")
    return [_finding(row) for row in rows[:200]]


def finding(actor: Actor, finding_id: UUID, permission: str = "sites.view") -> FindingRow:
    """One finding. Raises NotFound."""
    row = Finding.objects.visible_to(actor, permission).filter(pk=finding_id).select_related("site").first()
    if row is None:
        raise NotFound()
    return _finding(row)


def kept_files() -> list[str]:
    """The photos that findings name, for the sweep of files."""
    rows = Finding.objects.unscoped("the sweep keeps every photo that is named")
    pairs = rows.exclude(photo="", correction_photo="").values_list("photo", "correction_photo")
    return [name for pair in pairs for name in pair if name]


def _seen(site_id: UUID) -> dict[str, Seen]:
    """The last word of inspections on every line, and what was found and is not settled."""
    seen: dict[str, Seen] = {}
    rows = Inspection.objects.unscoped(_WHY).filter(site_id=site_id).order_by("on", "at")
    for row in rows.values("on", "fine", "left_out"):
        seen |= {code: Seen(fine_on=row["on"]) for code in row["fine"]}
        seen |= {code: Seen(left_out=True) for code in row["left_out"]}
    found = Finding.objects.unscoped(_WHY).filter(site_id=site_id).order_by("found_at", "pk")
    for code, what, state, checked_at in found.values_list("code", "what", "state", "checked_at"):
        if state == "settled" and checked_at is not None:
            settled_on = clock.day_of(checked_at)
            before = seen.get(code, Seen())
            seen[code] = Seen(fine_on=max(settled_on, before.fine_on or settled_on))
        else:
            seen[code] = Seen(finding=what, corrected=state == "corrected")
    return seen


def _inspection(row: Inspection, states: list[str]) -> InspectionRow:
    return InspectionRow(
        row.pk, row.site_id, row.on, row.at, row.by, tuple(row.fine), tuple(row.left_out), row.note, len(states),
        sum(state != "settled" for state in states),
    )  # fmt: skip


def _finding(row: Finding) -> FindingRow:
    return FindingRow(
        row.pk, row.site_id, row.site.name, row.inspection_id, row.code, row.what, row.photo, row.state, row.found_at,
        row.found_by, row.correct_by_on, row.correction, row.correction_photo, row.corrected_at, row.corrected_by,
        row.checked_at, row.checked_by, row.check_note,
    )  # fmt: skip
