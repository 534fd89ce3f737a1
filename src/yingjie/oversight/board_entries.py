"""What the wall map and the day's figures hang on the shell."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.oversight import day_figures, day_screen, queries
from yingjie.people.queries import VILLAGE_DIGITS
from yingjie.web import registry
from yingjie.web.registry import DayFigure

registry.navigation(
    section="reports", title=gettext_lazy("Wall map"), url_name="oversight_map_home", permission="oversight.view",
    icon="map", order=12,
)  # fmt: skip
registry.navigation(
    section="reports", title=gettext_lazy("The day's situation"), url_name="oversight_day_home",
    permission="oversight.view", icon="chart-bar", order=11,
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
    """The day's task, what is left, the week's pace, what is short and the cards, of the actor's own area."""
    if not actor.may("oversight.view") or actor.is_system:
        return
    home = queries.home(actor)
    found = day_figures.day_of(actor, home)
    if found is not None:
        yield from day_screen.of_milestone(found)
    yield day_screen.of_cards(*day_figures.cards_standing(actor, home))


@registry.day_figure
def people_to_reach(actor: Actor) -> Iterator[DayFigure]:
    """For a village or a grid: who is still to be reached, told by where they stand."""
    if not actor.may("outreach.view") or actor.is_system:
        return
    code = actor.home_code()
    if len(code) >= VILLAGE_DIGITS:
        for term, people in day_figures.people_to_reach(actor, code):
            yield day_screen.of_term(term, people, code)
