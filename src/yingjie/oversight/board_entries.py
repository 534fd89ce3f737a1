"""What the wall map and the day's figures hang on the shell."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from yingjie.foundation.access.actor import Actor
from yingjie.oversight import day_figures
from yingjie.oversight.day_figures import DayOf
from yingjie.web import registry
from yingjie.web.registry import DayFigure

registry.navigation(
    section="reports", title=gettext_lazy("Wall map"), url_name="oversight_map_home", permission="oversight.view",
    icon="map", order=12,
)  # fmt: skip
registry.navigation(
    section="reports", title=gettext_lazy("Scores"), url_name="oversight_scores", permission="oversight.view",
    icon="rosette-discount-check", order=18,
)  # fmt: skip
registry.journal_words(
    "oversight.settle_scores",
    gettext_lazy("settled the scores from {from} to {until}"),
    title=gettext_lazy("settled scores"),
)
registry.journal_words("oversight.commend", gettext_lazy("commended an area"))
registry.journal_words("oversight.withdraw_commendation", gettext_lazy("withdrew a commendation"))
registry.journal_words(
    "oversight.bring_boundaries",
    gettext_lazy("brought boundaries of {areas} areas"),
    title=gettext_lazy("brought boundaries"),
)
registry.journal_words(
    "oversight.drop_boundaries",
    gettext_lazy("took the boundaries off the map"),
    title=gettext_lazy("took boundaries off the map"),
)


@registry.day_figure
def day(actor: Actor) -> Iterator[DayFigure]:
    """The day's task, what is left, the week's pace and what is short, at the next milestone of the actor's area."""
    if not actor.may("oversight.view") or actor.is_system:
        return
    found = day_figures.day_of(actor)
    if found is not None:
        yield from _of_milestone(found)
    standing, late = day_figures.cards_standing(actor)
    yield DayFigure(
        _("Cards and orders standing"), standing, reverse("oversight_cards"), tone="red" if late else "",
        note=pgettext("card", "{number} answers late").format(number=late) if late else "", order=50,
    )  # fmt: skip


def _of_milestone(found: DayOf) -> Iterator[DayFigure]:
    row, url = found.row, reverse("oversight_pace_milestone", args=[found.milestone_id, found.area_code])
    until = _("by {on}").format(on=f"{found.milestone_on:%m-%d}")
    task = row.per_day or 0
    yield DayFigure(
        _("Today's task"), f"{row.today:,} / {task:,}" if row.per_day is not None else row.today, url,
        tone="green" if row.today >= task else "", note=_("completion {rate}").format(rate=row.completion.percent()), order=10,
    )  # fmt: skip
    yield DayFigure(
        pgettext("pace", "Left"), row.left, url, unit=pgettext("pace", "people"), note=until, order=20
    )
    yield DayFigure(
        _("Pace of the last seven days"), row.recent // 7, url, unit=_("a day"), tone="orange" if row.is_behind else "",
        note=pgettext("pace", "Behind") if row.is_behind else pgettext("pace", "On course"), order=25,
    )  # fmt: skip
    if found.fit is not None:
        word = found.limit.text.in_(get_language() or "zh") if found.limit else pgettext("pace", "Suffices")
        yield DayFigure(
            _("What holds it back"), word, url, tone="orange" if found.limit else "green",
            note=_("task {task}: sites {seats}, staff {staff}, vaccine {supply} a day").format(
                task=task, seats=_or_dash(found.fit.seats), staff=_or_dash(found.fit.staff), supply=found.fit.supply
            ), order=30,
        )  # fmt: skip


def _or_dash(figure: int | None) -> str:
    return "–" if figure is None else f"{figure:,}"
