"""A card, a notice of interview 约谈通知 or a supervision order 督办通知 on paper: on which figures it rests, by when to
answer, and what has been done with it since."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.documents.report import Column, Language, Paragraph, Report, Table
from yingjie.oversight.card_queries import CardRow
from yingjie.oversight.card_words import STATES, STEPS
from yingjie.oversight.paper import task_force
from yingjie.web.templatetags.web import day, moment


def report(card: CardRow, language: Language) -> Report:
    """Under the red head of whoever raised it; a proposal says across the page that it is none yet."""
    with translation.override(language):
        names = areas.names([card.raised_by])
        confirmed = next((step.at for step in card.steps if step.step in ("confirm", "raise")), None)
        at = confirmed or clock.now()
        return Report(
            organisation=task_force(names.get(card.raised_by, card.raised_by)),
            title=_titles()[card.kind],
            subtitle=card.title.in_(language),
            issued_on=clock.day_of(at),
            cut_off=at.astimezone(clock.CAMPAIGN_ZONE),
            source=_("issued daily bulletins"),
            body=_body(card, language),
            recipients=card.area_name,
            watermark=_("DRAFT") if card.state in ("proposed", "dismissed") else "",
            language=language,
        )


def _titles() -> dict[str, str]:
    return {
        "yellow": _("Yellow card notice"),
        "red": _("Red card notice"),
        "interview": _("Notice of interview"),
        "order": _("Supervision order"),
    }


def _body(card: CardRow, language: Language) -> list[Paragraph | Table]:
    due = day(card.reply_due_on) if card.reply_due_on else "–"
    parts: list[Paragraph | Table] = [
        Paragraph(pgettext("letter", "To the task force of {area}:").format(area=card.area_name)),
        Paragraph(card.because.in_(language)),
        Paragraph(_asked(card.kind).format(on=due)),
    ]
    parts += [Paragraph(words) for words in _met(card)]
    if card.rests_on:
        parts.append(_evidence(card))
    if card.steps:
        rows = [(_written(step.at), STEPS[step.step].said, step.by, step.text) for step in card.steps]
        columns = (
            Column(pgettext("card", "At"), weight=2), Column(pgettext("card", "Step"), weight=2),
            Column(pgettext("card", "By whom"), weight=2), Column(pgettext("card", "Words"), weight=4),
        )  # fmt: skip
        table_rows = [tuple(str(cell) for cell in row) for row in rows]
        parts.append(
            Table(columns, table_rows, title=f"{pgettext('card', 'Steps')} · {STATES[card.state].said}")
        )
    return parts


def _asked(kind: str) -> str:
    if kind == "interview":
        return _("Your main leader is asked to come to an interview and to bring a written account by {on}.")
    if kind == "order":
        return _("Put it right and answer in writing by {on}; it will be looked at again on the spot.")
    return _("Say in writing by {on} what is the cause and what is done about it.")


def _met(card: CardRow) -> list[str]:
    """When and where the sides meet, who shall come; of a meeting that was held, who came and what was said."""
    found = []
    for row in reversed(card.meetings):
        if row.state == "planned":
            words = _("It takes place on {at} at {place}. To come: {invited}.")
            found.append(words.format(at=_written(row.at), place=row.place, invited=row.invited))
        elif row.state == "held":
            words = _("Held on {at} at {place}. Present: {attended}. {record}")
            found.append(
                words.format(at=_written(row.at), place=row.place, attended=row.attended, record=row.record)
            )
    return found


def _evidence(card: CardRow) -> Table:
    columns = (
        Column(_("Bulletin of"), kind="date", weight=2), Column(_("Place")), Column(pgettext("card", "Coverage")),
        Column(_("All areas")), Column(_("Doses that day"), kind="integer"), Column(_("People left"), kind="integer"),
    )  # fmt: skip
    rows = [
        (
            date.fromisoformat(row["on"]),
            f"{row['place']}/{row['ranked']}" if row["place"] else "–",
            row["coverage"],
            row["mean"],
            row["doses"],
            row["remaining"],
        )
        for row in card.rests_on
    ]
    return Table(columns, rows, title=_("What it rests on"))


def _written(at: datetime) -> str:
    return str(moment(at))
