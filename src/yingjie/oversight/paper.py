"""A bulletin on paper: its content as foundation's neutral report, in Chinese or in English.

The words are this module's own translations, switched to the language of the paper, not of the reader. Content is all that goes
in: the same content gives the same report, and the report the same bytes.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vaxkit.coverage import FIRST_DOSE, FULL_COURSE, RULE, Coverage
from vaxkit.ruledata.policies import policy_versions
from yingjie.foundation.documents import wording
from yingjie.foundation.documents.report import Cell, Column, Figure, Language, Paragraph, Report, Table
from yingjie.oversight import paper_sections
from yingjie.oversight.compiling import rates_need_two_decimals
from yingjie.oversight.content import BulletinContent, Line


def report(content: BulletinContent, language: Language) -> Report:
    """The bulletin under the red head of the area's task force; a draft bears no number and says so across every page."""
    with translation.override(language):
        return Report(
            organisation=task_force(content.area_name),
            title=_("COVID-19 vaccination bulletin"),
            subtitle=_("Report of {day}, counted at {moment}").format(
                day=wording.written_date(content.on, language), moment=cut_off_words(content)
            ),
            number=number_words(content),
            issued_on=content.issued_on or content.on,
            cut_off=content.cut_off_at,
            source=_("vaccination ledger and dose records"),
            figures=_figures(content),
            body=_body(content, language),
            signature=signature(content),
            recipients=content.copied_to,
            watermark=_("DRAFT") if content.is_draft else "",
            language=language,
        )  # fmt: skip


def task_force(area_name: str) -> str:
    """Who issues: in the language of the moment."""
    return _("{area} COVID-19 Vaccination Task Force").format(area=area_name)


def signature(content: BulletinContent) -> str:
    """Who signs: the task force, and whoever signed for it."""
    force = task_force(content.area_name)
    return (
        _("{force} (signed by {who})").format(force=force, who=content.signed_by)
        if content.signed_by
        else force
    )


def cut_off_words(content: BulletinContent) -> str:
    """The time of the cut-off on the day reported: its midnight at the end is 24:00."""
    return "24:00" if content.cut_off_at.date() > content.on else f"{content.cut_off_at:%H:%M}"


def number_words(content: BulletinContent) -> str:
    """ "No. 12 of 2021"; "" for a draft."""
    if content.is_draft:
        return ""
    return _("No. {number} of {year}").format(number=content.number, year=content.on.year)


def summary(content: BulletinContent) -> list[str]:
    """The bulletin in sentences, in the language of the moment."""
    total = content.total
    by_number = pgettext("between doses", ", ").join(
        _("dose {number}: {doses}").format(number=number, doses=f"{doses:,}")
        for number, doses in zip(content.dose_numbers, total.today, strict=True)
    )
    said = [
        _("{doses} doses were given on the day ({by_number}), {to_date} to date.").format(
            doses=f"{total.doses_today:,}", by_number=by_number, to_date=f"{total.doses_to_date:,}"
        ),
        _("Of {people} people of the ledger aged {age} and above, {first} have a first dose ({first_rate}) and {full} have"
          " completed the course ({full_rate}); {remaining} people remain.").format(
            people=f"{total.people:,}", age=age_words(content.minimum_age),
            first=f"{total.first_dose:,}", first_rate=total.first_dose_coverage.percent(2),
            full=f"{total.full_course:,}", full_rate=total.full_course_coverage.percent(2),
            remaining=f"{total.remaining:,}",
        ),
    ]  # fmt: skip
    if total.late:
        said.append(late_words(total.late))
    if content.lists_on and total.listed:
        said.append(paper_sections.lists_words(total))
    if content.adjusted:
        said.append(
            _(
                "Against the last bulletin the sum to date is adjusted by {doses} doses (corrections and moves)."
            ).format(doses=f"{content.adjusted:+,}")
        )
    return said


def late_words(doses: int) -> str:
    return ngettext(
        "{doses} dose of earlier days was recorded after the last bulletin and is added as a late entry.",
        "{doses} doses of earlier days were recorded after the last bulletin and are added as late entries.",
        doses,
    ).format(doses=f"{doses:,}")


def definitions(content: BulletinContent, language: str) -> list[str]:
    """What is counted over what, until when, and how places are given: printed under every table."""
    return [
        _("People to vaccinate: people of the ledger aged {age} and above on {day} (minimum age by {source}).").format(
            age=age_words(content.minimum_age), day=content.on.isoformat(), source=_source_of_age(content, language)
        ),
        *(
            _("{measure}: {counted}.").format(
                measure=measure.title.in_(language), counted=measure.numerator.in_(language)
            )
            for measure in (FIRST_DOSE, FULL_COURSE)
        ),
        _("A rate above 100% says that the ledger is behind; it is not cut."),
        _("Late entries: doses given on an earlier day and recorded after the last bulletin's cut-off."),
        _("Places are given by first-dose coverage."),
        RULE.filled(small_below=content.small_below).in_(language),
    ]  # fmt: skip


#: Bulletins issued before the source was part of their content: the policy that opened each age.
FORMERLY = {
    "18 years": "cn-covid-2021-03-29-guide",
    "12 years": "cn-covid-2021-07-20-ages-12-17",
    "3 years": "cn-covid-2021-10-26-ages-3-11",
}


def _source_of_age(content: BulletinContent, language: str) -> str:
    """The document that opened the youngest age group, with its day."""
    if content.age_source_zh:
        return content.age_source_zh if language.startswith("zh") else content.age_source_en
    code = FORMERLY.get(content.minimum_age, FORMERLY["18 years"])
    source = next(policy.source for policy in policy_versions() if policy.code == code)
    return f"{source.document.in_(language)} {source.on or ''}".strip()


def age_words(age: str) -> str:
    """ "18 years" in the language of the moment."""
    count = age.split()[0] if age else "0"
    return ngettext("{count} year", "{count} years", int(count)).format(count=int(count))


def name_of(line: Line) -> str:
    """A line's name; people who stand in none of the areas listed have a line of their own words."""
    return line.name or _("Not placed in a village")


def bare_last(lines: Sequence[Line]) -> list[Line]:
    """The lines as every table shows them: those with nothing to report stand last, so that they part no others."""
    return sorted(lines, key=lambda line: line.is_bare)


def place_of(line: Line) -> str:
    """The place in words: "3", "3=" where it is shared, "not ranked" where people are too few, "" for sums."""
    if line.place is None:
        return _("not ranked") if line.standing else ""
    return f"{line.place}{'=' if line.tied else ''}"


def movement(line: Line) -> str:
    """The place with how it moved since the day before: "3 ↑2"."""
    moved = line.moved
    return place_of(line) + ("" if not moved else f" ↑{moved}" if moved > 0 else f" ↓{-moved}")


def dose_labels(content: BulletinContent) -> list[str]:
    """The heads of the columns of doses: those of the day by number, then those to date."""
    numbers = content.dose_numbers
    return [_("On the day, dose {number}").format(number=number) for number in numbers] + [
        _("To date, dose {number}").format(number=number) for number in numbers
    ]


def level_words(content: BulletinContent) -> str:
    """What the lines are, as the head of their column."""
    return {
        "county": pgettext("bulletin", "Township"),
        "town": pgettext("bulletin", "Village"),
        "village": pgettext("bulletin", "Village"),
        "city": pgettext("bulletin", "County"),
        "province": pgettext("bulletin", "City"),
    }[content.level]


def _figures(content: BulletinContent) -> list[Figure]:
    total = content.total
    return [
        Figure(_("Doses on the day"), total.doses_today),
        Figure(_("Doses to date"), total.doses_to_date),
        Figure(
            pgettext("bulletin", "First dose"), _fraction(total.first_dose_coverage), kind="percent", digits=2
        ),
        Figure(
            pgettext("bulletin", "Full course"),
            _fraction(total.full_course_coverage),
            kind="percent",
            digits=2,
        ),
        Figure(pgettext("bulletin", "Remaining"), total.remaining, pgettext("bulletin", "people")),
    ]


def _body(content: BulletinContent, language: Language) -> list[Paragraph | Table]:
    parts: list[Paragraph | Table] = [Paragraph(pgettext("bulletin", "Progress"), heading=True)]
    parts += [Paragraph(said) for said in summary(content)]
    parts.append(_table(content, content.lines, level_words(content), ""))
    parts += paper_sections.sections(content, language)
    parts.append(Paragraph(_("How it is counted"), heading=True))
    parts += [Paragraph(said) for said in definitions(content, language)]
    if content.annex:
        parts.append(
            _table(content, content.annex, pgettext("bulletin", "Village"), _("Annex: all villages"))
        )
    return parts


def _table(content: BulletinContent, lines: Sequence[Line], what: str, title: str) -> Table:
    digits = 2 if rates_need_two_decimals(lines) else 1
    with_town = any(
        line.under for line in lines
    )  # the annex: no late entries, so that the page stays upright
    columns = [
        Column(pgettext("bulletin", "Place"), align="center", weight=0.85),
        *([Column(pgettext("bulletin", "Township"), weight=1.2)] if with_town else []),
        Column(what, weight=1.9),
        Column(_("People to vaccinate"), "integer", weight=0.95),
        *(Column(label, "integer", weight=0.85) for label in dose_labels(content)),
        *([] if with_town else [Column(_("Late entries"), "integer", weight=0.75)]),
        Column(pgettext("bulletin", "First dose"), "percent", digits, weight=0.85),
        Column(pgettext("bulletin", "Full course"), "percent", digits, weight=0.85),
        Column(pgettext("bulletin", "Remaining"), "integer", weight=1.1),
    ]
    return Table(
        columns,
        [_cells(line, with_town) for line in bare_last(lines)],
        title=title,
        note=_bare_words(lines),
        totals=_cells(content.total, with_town, name=pgettext("bulletin", "Total")),
    )


def _bare_words(lines: Sequence[Line]) -> str:
    bare = sum(line.is_bare for line in lines)
    if not bare:
        return ""
    return ngettext(
        "{count} area with nobody to vaccinate in the ledger yet stands last.",
        "{count} areas with nobody to vaccinate in the ledger yet stand last.",
        bare,
    ).format(count=bare)


def _cells(line: Line, with_town: bool, name: str = "") -> list[Cell]:
    said = "" if name else movement(line)
    place: Cell = int(said) if said.isdecimal() else said
    return [
        place,
        *([line.under] if with_town else []),
        name or name_of(line),
        line.people,
        *line.today,
        *line.to_date,
        *([] if with_town else [line.late]),
        _fraction(line.first_dose_coverage),
        _fraction(line.full_course_coverage),
        line.remaining,
    ]


def _fraction(coverage: Coverage) -> Cell:
    """The rate as the report wants it, unrounded: the paper rounds it, the spreadsheet keeps it."""
    return Decimal(coverage.numerator) / coverage.denominator if coverage.denominator else None
