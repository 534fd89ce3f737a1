"""The after-action report of an exercise, as foundation's neutral report."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from yingjie.foundation import clock
from yingjie.foundation.documents.report import Column, Figure, Language, Paragraph, Report, Table
from yingjie.plans.exercise_queries import ExerciseRow


def report(row: ExerciseRow, language: Language) -> Report:
    """What happened, who decided what when, what it is worth, what followed, what would have been right."""
    with override(language):
        return _report(row, language)


def _report(row: ExerciseRow, language: Language) -> Report:
    lang = "en" if language == "en" else "zh"
    score, ended = row.score, row.ended_at or clock.now()
    of_most, taken = _("of {most}"), sum(line.decision is not None for line in score.lines)
    body: list[Paragraph | Table] = [
        Paragraph(row.script.summary.in_(lang)),
        Paragraph(_("Decisions and points"), heading=True),
        _decisions(row, lang),
        Paragraph(_("What would have been right"), heading=True),
        *(Paragraph(f"{line.inject.title.in_(lang)}: {line.inject.why.in_(lang)}") for line in score.lines),
    ]
    if row.result:
        body += [Paragraph(_("What followed"), heading=True), _effects(row, lang)]
    return Report(
        organisation=row.area_name,
        title=_("Tabletop exercise: after-action report"),
        subtitle=row.script.title.in_(lang),
        issued_on=clock.day_of(ended),
        cut_off=ended.astimezone(clock.CAMPAIGN_ZONE),
        source=_(
            "Decisions recorded in the exercise; effects simulated on the campaign's own plan, with vaccine each week, "
            "enough to finish in eight weeks"
        ),
        body=body,
        figures=(
            Figure(_("Points"), round(score.points), of_most.format(most=score.most)),
            Figure(_("Decisions"), taken, of_most.format(most=len(score.lines))),
            Figure(pgettext("exercise", "Late"), sum(line.is_late for line in score.lines)),
        ),
        language=language,
    )  # fmt: skip


def _decisions(row: ExerciseRow, lang: str) -> Table:
    roles = {each.id: each.title.in_(lang) for each in row.script.roles}
    rows = []
    for line in row.score.lines:
        said = row.decided(line.inject.id, line.inject.by)
        chosen = line.inject.option(line.decision.option).title.in_(lang) if line.decision else "–"
        words = f"{chosen} ({said.words})" if said and said.words else chosen
        rows.append(
            (
                f"{line.inject.at}", line.inject.title.in_(lang), roles[line.inject.by], words,
                f"{line.points:g}/{line.most}", line.because.in_(lang),
            )
        )  # fmt: skip
    columns = (
        Column(_("Minute"), weight=0.6), Column(_("News"), weight=1.4), Column(_("Who decides"), weight=1.0),
        Column(_("Decision"), weight=2.2), Column(_("Points"), weight=0.7), Column(_("Why"), weight=2.0),
    )  # fmt: skip
    return Table(columns, rows)


def _effects(row: ExerciseRow, lang: str) -> Table:
    outlooks = (row.result or {})["outlooks"]
    rows = [
        (
            each["title"][lang], each["finish"] or _("not within these days"), round(each["doses"]["mean"]),
            round(each["turned_away"]["mean"]), f"{each['coverage']['2']['mean'][min(29, len(each['daily']['mean']) - 1)]:.1%}",
        )
        for each in outlooks
    ]  # fmt: skip
    columns = (
        Column(_("Scenario"), weight=1.6), Column(_("Target reached on")), Column(_("Doses given"), kind="integer"),
        Column(_("Sent away"), kind="integer"), Column(_("Second dose after 30 days")),
    )  # fmt: skip
    return Table(columns, rows)
