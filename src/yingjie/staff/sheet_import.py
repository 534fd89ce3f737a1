"""A staff sheet taken in: every line has its fate before anything is written, and again while it is.

    judged(by, sheet, area)       the fate of each line, as it would be
    take_in(by=…, …)              writes them; a line that is refused keeps no other from being written
    refused_lines(…)              the lines that were refused, in the sheet's own columns, with why

Several lines may be about one person: one for each certificate. Who is meant is told by the account, else by name and phone, else
by a name that only one person of the area has.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.areas.unit_queries import UnitRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.staff import actions
from yingjie.staff.models import Certificate, StaffMember
from yingjie.staff.sheet_reading import StaffLine, StaffSheet

FATES = ("new", "changed", "certified", "known", "refused")
_SAID = ("name", "kind", "qualification", "roles", "phone", "account")


@dataclass(frozen=True)
class Fate:
    """What becomes of a line; `why` says what keeps it out."""

    line: StaffLine
    fate: str
    why: str = ""


class SeveralOfThisName(Refusal):
    code = "staff.several_of_this_name"
    reason = gettext_lazy("{name} is the name of several people of this area.")
    next_step = gettext_lazy("Give the account or the phone in the sheet.")


class BeginningMissing(Refusal):
    code = "staff.beginning_missing"
    reason = gettext_lazy("The certificate names no day from which it is valid.")
    next_step = gettext_lazy("Write the day of issue into the sheet.")
    status = 400


class _Undone(Exception):
    """Nothing of a trial stays."""


def judged(by: Actor, sheet: StaffSheet, area_code: str) -> list[Fate]:
    """As it would be: all of it is tried, and nothing stays. Raises NotFound, NotAllowed."""
    found: list[Fate] = []
    try:
        with transaction.atomic():
            found = _written(by, sheet, area_code)
            raise _Undone()
    except _Undone:
        return found


@transaction.atomic
def take_in(*, by: Actor, sheet: StaffSheet, area_code: str, file_name: str) -> list[Fate]:
    """Write every line that can be. Raises NotFound, NotAllowed."""
    found = _written(by, sheet, area_code)
    facts = {fate: sum(each.fate == fate for each in found) for fate in FATES} | {"file": file_name[:80]}
    record(by=by, verb="staff.take_in", subject=("area", area_code), area_code=area_code, facts=facts)
    return found


def refused_lines(sheet: StaffSheet, found: Sequence[Fate]) -> bytes:
    """The refused lines as a sheet with the same columns and why: to be corrected there and sent again."""
    columns = tuple(ColumnSpec(label) for label in (*sheet.columns, _("Why it was refused")))
    rows = [
        (*each.line.cells, *[""] * (len(sheet.columns) - len(each.line.cells)), each.why)
        for each in found
        if each.fate == "refused"
    ]
    file = io.BytesIO()
    write_xlsx(file, [SheetSpec(_("Refused lines"), columns, rows)], created_at=clock.now())
    return file.getvalue()


def _written(by: Actor, sheet: StaffSheet, area_code: str) -> list[Fate]:
    by.require("staff.change", area_code)
    if areas.open_area(by, area_code, "staff.change") is None:
        raise NotFound()
    units = unit_queries.named(by, area_code, {line.text("unit") for line in sheet.lines} - {""})
    return [_line(by, line, area_code, units) for line in sheet.lines]


def _line(by: Actor, line: StaffLine, area_code: str, units: Mapping[str, UnitRow]) -> Fate:
    if line.unread:
        return Fate(line, "refused", _("Not understood: {cells}").format(cells="; ".join(line.unread)))
    try:
        with transaction.atomic():
            member, fate = _member(by, line, area_code, units)
            certified = _certified(by, line, member)
    except Refusal as refusal:
        return Fate(line, "refused", f"{refusal.say_reason()} {refusal.say_next_step()}")
    without = line.text("unit") and line.text("unit") not in units
    remark = _("The employer is not in the list of units: left empty.") if without else ""
    return Fate(line, "certified" if certified and fate == "known" else fate, remark)


def _member(
    by: Actor, line: StaffLine, area_code: str, units: Mapping[str, UnitRow]
) -> tuple[StaffMember, str]:
    said = {key: line.said[key] for key in _SAID if key in line.said}
    if line.text("unit") in units:
        said["unit_id"] = units[line.text("unit")].id
    known = _known(by, line, area_code)
    if known is None:
        joined = {"joined_on": line.said["joined_on"]} if "joined_on" in line.said else {}
        return actions.enrol(by=by, area_code=area_code, **{"name": "", **said}, **joined), "new"
    before = {key: getattr(known, key) for key in said}
    # A sheet has one role a line where somebody has several: roles are added, never taken away.
    if "roles" in said:
        said["roles"] = (*known.roles, *said["roles"])
    made = actions.change(by=by, member_id=known.pk, **said)
    return made, "known" if all(getattr(made, key) == value for key, value in before.items()) else "changed"


def _known(by: Actor, line: StaffLine, area_code: str) -> StaffMember | None:
    rows = StaffMember.objects.visible_to(by, "staff.change").filter(left_on__isnull=True)
    if line.text("account"):
        found = rows.filter(account=line.text("account").lower()).first()
        if found is not None:
            return found
    same = list(rows.filter(area__code__startswith=area_code, name=line.text("name")).order_by("pk"))
    if line.text("phone"):
        by_phone = [row for row in same if row.phone == line.text("phone")]
        same = by_phone or [row for row in same if not row.phone]
    if len(same) > 1:
        raise SeveralOfThisName(name=line.text("name"))
    return same[0] if same else None


def _certified(by: Actor, line: StaffLine, member: StaffMember) -> bool:
    """Whether the line brought a certificate that was not known."""
    kind, number = line.text("certificate"), line.text("number")
    if not kind:
        return False
    rows = Certificate.objects.visible_to(by).filter(member_id=member.pk, kind=kind, number=number)
    if number and rows.exists():
        return False
    if "valid_from" not in line.said:
        raise BeginningMissing()
    actions.certify(
        by=by, member_id=member.pk, kind=kind, number=number, valid_from=line.said["valid_from"],
        valid_until=line.said.get("valid_until"), issued_by=line.text("issued_by"),
    )  # fmt: skip
    return True
