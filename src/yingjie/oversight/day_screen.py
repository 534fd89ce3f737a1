"""The figures of an area's day as tiles: each says what it is and leads to the list behind it."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yingjie.clinic.waits import LONG, TOO_LONG
from yingjie.outreach.words import TERM_TITLES
from yingjie.oversight.day_figures import TO_REACH, DayOf, Situation
from yingjie.web.registry import DayFigure


def of_milestone(found: DayOf) -> Iterator[DayFigure]:
    row, url = found.row, reverse("oversight_pace_milestone", args=[found.milestone_id, found.area_code])
    until = f"{found.title} · " + _("by {on}").format(on=f"{found.milestone_on:%m-%d}")
    task = row.per_day or 0
    yield DayFigure(
        _("Today's task"),
        row.today if row.per_day is None else f"{row.today:,} / {task:,}",
        url,
        tone="green" if row.today >= task else "",
        note=_("{rate} of the phase done").format(rate=row.completion.percent()),
        order=10,
    )
    yield DayFigure(
        pgettext("pace", "Left"), row.left, url, unit=pgettext("pace", "people"), note=until, order=20
    )
    yield DayFigure(
        _("Pace of the last seven days"),
        row.recent // 7,
        url,
        unit=_("a day"),
        tone="orange" if row.is_behind else "",
        note=pgettext("pace", "Behind") if row.is_behind else pgettext("pace", "On course"),
        order=25,
    )
    if found.fit is not None:
        word = (
            found.limit.text.in_(get_language() or "zh") if found.limit else pgettext("holds back", "Nothing")
        )
        yield DayFigure(
            _("What holds it back"),
            word,
            url,
            tone="orange" if found.limit else "green",
            note=_("task {task}: sites {seats}, staff {staff}, vaccine {supply} a day").format(
                task=task,
                seats=_or_dash(found.fit.seats),
                staff=_or_dash(found.fit.staff),
                supply=found.fit.supply,
            ),
            order=30,
        )


def of_term(term: str, people: int, area_code: str) -> DayFigure:
    """Leads to the unvaccinated ledger, narrowed to the term."""
    url = f"{reverse('outreach_unvaccinated')}?{urlencode({'area': area_code, 'term': term})}"
    return DayFigure(
        TERM_TITLES[term], people, url, unit=pgettext("pace", "people"), order=12 + TO_REACH.index(term)
    )


def of_cards(standing: int, late: int) -> DayFigure:
    note = pgettext("card", "{number} answers late").format(number=late) if late else ""
    return DayFigure(
        _("Cards and orders standing"),
        standing,
        reverse("oversight_cards"),
        tone="red" if late else "",
        note=note,
        order=50,
    )


def of_situation(found: Situation) -> list[DayFigure]:
    """All tiles of an area's page, in their order."""
    tiles = [*of_milestone(found.day)] if found.day else []
    total, code = found.content.total, found.area.code
    bulletin = reverse("oversight_bulletin", args=[code, found.content.on.isoformat()])
    tiles.append(DayFigure(_("Doses today"), total.doses_today, bulletin, order=5))
    tiles.append(
        DayFigure(
            _("First-dose coverage"),
            total.first_dose_coverage.percent(),
            reverse("oversight_map", args=[code]),
            note=f"{total.first_dose:,}/{total.people:,}",
            order=6,
        )
    )
    if found.sites:
        waiting = sum(site.now.waiting for site in found.sites if site.now)
        longest = max((site.now.longest for site in found.sites if site.now), default=0)
        tiles.append(
            DayFigure(
                pgettext("visit", "Waiting at sites"),
                waiting,
                "#sites",
                unit=pgettext("visit", "people"),
                tone="red" if longest >= TOO_LONG else "orange" if longest >= LONG else "",
                note=_("longest {minutes} min").format(minutes=longest),
                order=40,
            )
        )
    tiles.append(of_cards(found.cards, found.cards_late))
    problems = len(found.content.notices)
    tiles.append(
        DayFigure(_("What stands out"), problems, "#notices", tone="orange" if problems else "", order=60)
    )
    return sorted(tiles, key=lambda tile: tile.order)


def _or_dash(figure: int | None) -> str:
    return "–" if figure is None else f"{figure:,}"
