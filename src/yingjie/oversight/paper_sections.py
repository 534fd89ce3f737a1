"""The further sections of a bulletin in words and tables: for the paper, and the words for the screen too."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vaxkit.coverage import Coverage
from yingjie.foundation.documents.report import Cell, Column, Language, Paragraph, Table
from yingjie.oversight.content import BulletinContent, Line
from yingjie.oversight.sections import GroupLine, Notice, TargetLine, Tomorrow

Parts = list[Paragraph | Table]


def sections(content: BulletinContent, language: Language) -> Parts:
    """In the order of the paper: late entries, groups, targets, lists, what stands out and the problems, tomorrow and the plan."""
    parts: Parts = []
    if content.late_days:
        parts.append(_late(content))
    parts += _groups(content, language)
    if content.targets:
        parts += [Paragraph(_("Against target and pace"), heading=True), _targets(content.targets)]
    if any(line.listed for line in content.lines):
        parts += [Paragraph(_("Accuracy of lists"), heading=True), _lists(content)]
    parts += _said(_("Problems"), [*map(notice_words, content.notices), *_lines(content.problems)])
    laid_out = [tomorrow_words(content.tomorrow)] if content.tomorrow else []
    parts += _said(_("Plan for tomorrow"), [*laid_out, *_lines(content.plan)])
    return parts


def late_title() -> str:
    return _("Late entries by the day on which they were given")


def kind_title(kind: str) -> str:
    return {
        "age": _("Coverage by age"),
        "line": _("Coverage by line"),
        "category": _("Coverage by population group"),
    }[kind]


def groups_of(content: BulletinContent, kind: str) -> list[GroupLine]:
    """The groups of a kind; a table by line says nothing where no line answers for anybody."""
    found = [group for group in content.groups if group.kind == kind]
    return found if kind != "line" or len(found) > 1 else []


def lists_words(total: Line) -> str:
    return _(
        "Lists of the day before: {attended} of {listed} listed people came, {unlisted} came without being listed; accuracy {rate}."
    ).format(
        attended=f"{total.attended:,}",
        listed=f"{total.listed:,}",
        unlisted=f"{total.unlisted:,}",
        rate=accuracy_of(total).percent(),
    )


def accuracy_of(line: Line) -> Coverage:
    """Those listed who came, over everybody who was listed or came (`vaxkit.coverage.accuracy`); nothing without a list."""
    return Coverage(line.attended, line.listed + line.unlisted) if line.listed else Coverage(0, 0)


def tomorrow_words(laid_out: Tomorrow) -> str:
    return _(
        "Needed to keep the milestones: {needed} doses. Booked: {booked} people; open: {seats} seats at {sites} sites;"
        " usable vaccine on hand: {doses} doses."
    ).format(
        needed=f"{laid_out.needed:,}", booked=f"{laid_out.booked:,}", seats=f"{laid_out.seats:,}",
        sites=laid_out.sites, doses=f"{laid_out.doses_on_hand:,}",
    )  # fmt: skip


def notice_words(notice: Notice) -> str:
    """A sentence in the language of the moment."""
    count, names = notice.count, pgettext("between names", ", ").join(notice.names)
    if count > len(notice.names) > 0:
        names = _("{names} and others").format(names=names)
    said = {
        "no_doses": ngettext(
            "{count} area with people left gave no dose on the day: {names}.",
            "{count} areas with people left gave no dose on the day: {names}.",
            count,
        ),
        "behind": ngettext(
            "{count} milestone did not get the doses that its day asked for: {names}.",
            "{count} milestones did not get the doses that their day asked for: {names}.",
            count,
        ),
        "poor_lists": ngettext(
            "In {count} area fewer than four of five listed people came: {names}.",
            "In {count} areas fewer than four of five listed people came: {names}.",
            count,
        ),
        "over_full": ngettext(
            "{count} area has more people with a dose than people in the ledger; its ledger wants checking: {names}.",
            "{count} areas have more people with a dose than people in the ledger; their ledgers want checking: {names}.",
            count,
        ),
        "short_of_vaccine": ngettext(
            "Vaccine for tomorrow is {count} dose short.", "Vaccine for tomorrow is {count} doses short.", count
        ),
        "cards_unanswered": ngettext(
            "{count} card is past the day of its answer.", "{count} cards are past the day of their answer.", count
        ),
    }[notice.code]  # fmt: skip
    return said.format(count=f"{count:,}", names=names)


def pace_words(line: TargetLine) -> str:
    if not line.left:
        return pgettext("pace", "Reached")
    return pgettext("pace", "Behind") if line.is_behind else pgettext("pace", "On course")


def _said(title: str, words: Sequence[str]) -> Parts:
    return [Paragraph(title, heading=True), *(Paragraph(line) for line in words)] if words else []


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _late(content: BulletinContent) -> Table:
    columns = [
        Column(_("Given on"), "date", weight=1.4),
        *(
            Column(pgettext("bulletin", "Dose {number}").format(number=number), "integer", weight=1.0)
            for number in content.dose_numbers
        ),
        Column(pgettext("bulletin", "Total"), "integer", weight=1.0),
    ]
    rows: list[list[Cell]] = []
    for day in sorted({each.on for each in content.late_days}):
        counts = [
            sum(each.doses for each in content.late_days if (each.on, each.number) == (day, number))
            for number in content.dose_numbers
        ]
        rows.append([day, *counts, sum(counts)])
    return Table(columns, rows, title=late_title())


def _groups(content: BulletinContent, language: Language) -> Parts:
    parts: Parts = []
    for kind in ("age", "line", "category"):
        found = groups_of(content, kind)
        if found:
            parts += [Paragraph(kind_title(kind), heading=True), _group_table(found, kind, language)]
    return parts


def _group_table(found: Sequence[GroupLine], kind: str, language: Language) -> Table:
    columns = [
        Column(pgettext("bulletin", "Group"), weight=2.2), Column(_("People to vaccinate"), "integer"),
        Column(_("With a first dose"), "integer"), Column(pgettext("bulletin", "First dose"), "percent", 1),
        Column(_("Course complete"), "integer"), Column(pgettext("bulletin", "Full course"), "percent", 1),
        Column(pgettext("bulletin", "Remaining"), "integer"),
    ]  # fmt: skip
    note = (
        _("Somebody may belong to several groups, so these lines do not add up.")
        if kind == "category"
        else ""
    )
    return Table(columns, [_group_cells(group, language) for group in found], note=note)


def _group_cells(group: GroupLine, language: Language) -> list[Cell]:
    return [
        group.title.in_(language), group.people, group.first_dose, _share(group.first_dose_coverage),
        group.full_course, _share(group.full_course_coverage), group.remaining,
    ]  # fmt: skip


def _targets(found: Sequence[TargetLine]) -> Table:
    columns = [
        Column(_("Milestone"), "date", weight=1.5), Column(_("Phase"), weight=2.0), Column(_("Target"), "integer"),
        Column(pgettext("pace", "Done"), "integer"), Column(_("Completion"), "percent", 1),
        Column(pgettext("pace", "Left"), "integer"), Column(_("Task of the day"), "integer"),
        Column(_("Done of it"), "integer"), Column(pgettext("pace", "State"), weight=1.2),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            line.on, _("{title}, dose {dose}").format(title=line.title, dose=line.dose), line.target, line.done,
            _share(line.completion), line.left, line.per_day, line.today, pace_words(line),
        ]
        for line in found
    ]  # fmt: skip
    return Table(columns, rows)


def _lists(content: BulletinContent) -> Table:
    columns = [
        Column(pgettext("bulletin", "Area"), weight=2.2), Column(_("Listed"), "integer"), Column(_("Of them came"), "integer"),
        Column(_("Came unlisted"), "integer"), Column(_("Accuracy"), "percent", 1),
    ]  # fmt: skip
    told = [line for line in content.lines if line.listed]
    return Table(
        columns,
        [_list_cells(line, line.name or _("Not placed in a village")) for line in told],
        totals=_list_cells(content.total, pgettext("bulletin", "Total")),
        note=_(
            "Lists of {day}. Accuracy: those listed who came, over everybody who was listed or came."
        ).format(day=content.lists_on),
    )


def _list_cells(line: Line, name: str) -> list[Cell]:
    return [name, line.listed, line.attended, line.unlisted, _share(accuracy_of(line))]


def _share(counts: Coverage) -> Cell:
    return Decimal(counts.numerator) / counts.denominator if counts.denominator else None
