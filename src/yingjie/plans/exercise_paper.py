"""The after-action report of an exercise, as foundation's neutral report."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from yingjie.foundation import clock
from yingjie.foundation.documents.report import Column, Figure, Language, Paragraph, Report, Table
from yingjie.plans.exercise_effects import effects
from yingjie.plans.exercise_queries import ExerciseRow
from yingjie.plans.exercise_words import clock_at, of_play, said_of


def report(row: ExerciseRow, language: Language) -> Report:
    """What happened, who decided what when, what it is worth, what followed, what would have been right."""
    with override(language):
        return _report(row, language)


def _report(row: ExerciseRow, language: Language) -> Report:
    lang = "en" if language == "en" else "zh"
    score, ended = row.score, row.ended_at or clock.now()
    of_most, taken = _("of {most}"), sum(line.decision is not None for line in score.lines)
    settled = sum(line.is_settled for line in score.lines)
    body: list[Paragraph | Table] = [
        Paragraph(row.script.summary.in_(lang)),
        *_played(row, lang),
        Paragraph(_("Decisions and points"), heading=True),
        _decisions(row, lang),
        Paragraph(_("What would have been right"), heading=True),
        *(Paragraph(f"{line.inject.title.in_(lang)}: {line.inject.why.in_(lang)}") for line in score.lines),
    ]
    if row.result:
        body += [Paragraph(_("What followed"), heading=True), _effects(row, lang)]
    if row.notes:
        body += [Paragraph(_("Notes"), heading=True), _notes(row)]
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
            Figure(_("Decisions"), taken, of_most.format(most=settled)),
            Figure(pgettext("exercise", "Late"), sum(line.is_late for line in score.lines)),
        ),
        language=language,
    )  # fmt: skip


def _played(row: ExerciseRow, lang: str) -> list[Paragraph]:
    """When, how fast, and who played which role."""
    seats = [f"{role.title.in_(lang)} {seat.by}" for role in row.script.roles if (seat := row.seat(role.id))]
    words = _("Played from {begins} to {ends} on the clock of the exercise, {pace} minutes a real minute, led by {by}.").format(
        begins=clock_at(row, 0), ends=clock_at(row, row.minute), pace=row.pace, by=row.made_by
    )  # fmt: skip
    return [Paragraph(f"{words} {pgettext('exercise', 'Roles')}: {'; '.join(seats)}" if seats else words)]


def _notes(row: ExerciseRow) -> Table:
    rows = [(clock_at(row, each.minute), each.words, each.by) for each in row.notes]
    columns = (
        Column(pgettext("exercise", "Time"), weight=0.6), Column(_("What was seen"), weight=5.0), Column(_("Noted by"), weight=1.2),
    )  # fmt: skip
    return Table(columns, rows)


def _decisions(row: ExerciseRow, lang: str) -> Table:
    roles = {each.id: each.title.in_(lang) for each in row.script.roles}
    rows = []
    for line in row.score.lines:
        play = of_play(row, line, lang)
        words = [play["chosen"] or "–"]
        if play["words"]:
            words.append(f"({play['words']})")
        if play["said_by"]:
            words.append(f"[{play['said_at']} {play['said_by']}]")
        words += [
            _("Not asked, {role} decided: {chosen}").format(role=each["role"], chosen=each["chosen"]) for each in play["others"]
        ]  # fmt: skip
        points = f"{line.points:g}/{line.most}" if line.is_settled else "–"
        rows.append(
            (
                clock_at(row, line.inject.at), line.inject.title.in_(lang), roles[line.inject.by], " ".join(words), points,
                line.because.in_(lang),
            )
        )  # fmt: skip
    columns = (
        Column(pgettext("exercise", "Time"), weight=0.7), Column(_("News"), weight=1.4), Column(_("Who decides"), weight=1.0),
        Column(_("Decision"), weight=2.2), Column(_("Points"), weight=0.7), Column(_("Why"), weight=2.0),
    )  # fmt: skip
    return Table(columns, rows)


def _effects(row: ExerciseRow, lang: str) -> Table:
    outlooks = (row.result or {})["outlooks"]
    found = effects((row.plan or {})["first_day"], outlooks)
    rows = [
        (
            each["title"][lang], said_of(found[each["scenario"]]), round(found[each["scenario"]].soon),
            round(each["turned_away"]["mean"]), round(each["days_without_vaccine"]["mean"]),
            each["finish"] or _("not within these days"),
        )
        for each in outlooks
    ]  # fmt: skip
    columns = (
        Column(_("Scenario"), weight=1.5), Column(_("As far as the plan on day 30"), weight=1.8),
        Column(_("Doses given in 30 days"), kind="integer"), Column(_("Sent away"), kind="integer"),
        Column(_("Days short of vaccine"), kind="integer"), Column(_("Target reached on"), weight=1.2),
    )  # fmt: skip
    return Table(columns, rows)
