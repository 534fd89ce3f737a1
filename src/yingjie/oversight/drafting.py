"""How a bulletin is put together from what was counted (`counting.py`), as known at its cut-off. The actor was authorised before.

What was planned and stated (tomorrow, what stands out) is as known when the draft is made, and is frozen with it; every other
figure can be counted again at any later time and is the same: `reproduced`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy

from vaxkit.coverage import AGE_BANDS
from vaxkit.vocabulary import Source, Text
from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.oversight import compiling, counting, kept, outlook
from yingjie.oversight.compiling import Counts, Place
from yingjie.oversight.content import BulletinContent, Line, from_json
from yingjie.oversight.counting import Doses, People
from yingjie.oversight.models import Bulletin
from yingjie.oversight.refusals import CutOffOutsideDay, DayToCome
from yingjie.oversight.sections import GroupLine, LateDay
from yingjie.people.codelists import categories
from yingjie.people.group_counts import NO_LINE
from yingjie.vaccines.queries import course
from yingjie.vaccines.wording import bilingual

_NO_LINE = gettext_lazy("No line answers")


def draft(area: AreaRow, on: date, cut_off_at: datetime) -> BulletinContent:
    """The bulletin of an area and day, counted at a moment that `cut_off` gave."""
    counted = reproduced(area, on, cut_off_at)
    tomorrow = outlook.tomorrow(area.code, on, counted.targets)
    return replace(counted, tomorrow=tomorrow, notices=outlook.notices(counted, tomorrow))


def reproduced(
    area: AreaRow,
    on: date,
    cut_off_at: datetime,
    *,
    ask: Callable[[str, date, datetime], kept.Source] = kept.source,
) -> BulletinContent:
    """The same without what was only known when it was drafted: the same figures whenever it is asked for, and from whichever
    source."""
    offered, previous = course(on), newest_before(area.code, on)
    reported_until = previous.cut_off_at if previous else None
    source = ask(area.code, on, cut_off_at)
    told = source.everybody(offered)
    people = told.residents
    given = source.doses(reported_until)
    lists_on = on - timedelta(days=1)
    counts = _counts(people, given, counting.lists(area.code, lists_on, cut_off_at))
    numbers = compiling.dose_numbers(offered.numbers, counts)
    places = _places(area, cut_off_at)
    lines = compiling.lines_of(counts, places, numbers, _places_on(area, lists_on, previous, ask))
    annex_places = _annex_places(area, places, cut_off_at)
    return BulletinContent(
        area_code=area.code,
        area_name=area.name,
        level=area.level,
        on=on,
        cut_off_at=cut_off_at,
        schedule=offered.code,
        minimum_age=offered.minimum_age,
        age_source_zh=_cited(offered.source, "zh"),
        age_source_en=_cited(offered.source, "en"),
        small_below=compiling.SMALL_BELOW,
        dose_numbers=numbers,
        lines=lines,
        annex=compiling.lines_of(counts, annex_places, numbers, {}) if annex_places else (),
        previous_cut_off_at=reported_until,
        compared_on=lists_on,
        adjusted=_adjusted(previous, lines),
        late_days=_late_days(given),
        groups=(*_ages(people), *_by_line(told.by_line), *_by_category(told.by_category)),
        targets=outlook.targets(area.code, on, cut_off_at),
        lists_on=lists_on,
    )  # fmt: skip


def cut_off(on: date, cut_off_at: datetime | None) -> datetime:
    """The moment to count at. A day ends at midnight in the campaign's zone; nothing is counted in advance."""
    now, begins = clock.now(), datetime.combine(on, time.min, clock.CAMPAIGN_ZONE)
    ends = begins + timedelta(days=1)
    if on > clock.today():
        raise DayToCome(on=on)
    chosen = cut_off_at or min(now, ends)
    if not begins <= chosen <= min(now, ends):
        raise CutOffOutsideDay(on=on)
    return chosen.astimezone(clock.CAMPAIGN_ZONE)


def newest_before(area_code: str, on: date) -> Bulletin | None:
    rows = Bulletin.objects.unscoped("a draft is measured against what its own area published")
    return rows.filter(area_id=area_code, on__lt=on).order_by("-on").first()


def _counts(people: Mapping[tuple[str, str], People], given: Doses, lists: Mapping[str, object]) -> Counts:
    villages: defaultdict[str, People] = defaultdict(People)
    for (village, _band), sums in people.items():
        villages[village] = villages[village].plus(sums)
    late: defaultdict[str, int] = defaultdict(int)
    for (village, _on, _number), number in given.late.items():
        late[village] += number
    return Counts(
        people={village: sums.people for village, sums in villages.items()},
        today=given.today,
        to_date=given.to_date,
        first_dose={village: sums.first for village, sums in villages.items()},
        full_course={village: sums.full for village, sums in villages.items()},
        late=late,
        recent={village: sums.recent for village, sums in villages.items()},
        lists=lists,  # type: ignore[arg-type]  # ListAccuracy by village
    )


def _late_days(given: Doses) -> tuple[LateDay, ...]:
    sums: defaultdict[tuple[date, int], int] = defaultdict(int)
    for (_village, on, number), doses in given.late.items():
        sums[on, number] += doses
    return tuple(LateDay(on, number, doses) for (on, number), doses in sorted(sums.items()))


def _ages(people: Mapping[tuple[str, str], People]) -> Iterable[GroupLine]:
    """Every age band with somebody to vaccinate or a dose; they add up to the total."""
    for band in AGE_BANDS:
        sums = People()
        for (_village, code), each in people.items():
            if code == band.code:
                sums = sums.plus(each)
        if sums != People():
            yield _group("age", band.code, band.title, sums)


def _by_line(counted: Mapping[str, People]) -> Iterable[GroupLine]:
    """Every line with people, then those for whom none answers; they add up to the total."""
    titles = {code: row.title for code, row in unit_queries.lines().items()} | {NO_LINE: bilingual(_NO_LINE)}
    for code in (*(code for code in titles if code in counted), *sorted(set(counted) - set(titles))):
        if counted[code] != People():
            yield _group("line", code, titles.get(code, Text(code, code)), counted[code])


def _by_category(counted: Mapping[str, People]) -> Iterable[GroupLine]:
    for code, known in categories().items():
        if code in counted and counted[code] != People():
            yield _group("category", code, Text(known.zh, known.en), counted[code])


def _group(kind: str, code: str, title: Text, sums: People) -> GroupLine:
    return GroupLine(kind, code, title.zh, title.en, sums.people, sums.first, sums.full)


def _cited(source: Source | None, language: str) -> str:
    return f"{source.document.in_(language)} {source.on or ''}".strip() if source else ""


def _places(area: AreaRow, known_at: datetime) -> list[Place]:
    """What the bulletin lists: the areas one level below as they were then, or the area itself where counts go no deeper."""
    if area.level == "village":
        return [Place(area.code, area.name)]
    return [Place(row.code, row.name) for row in areas.listed_at(area.code, known_at)]


def _annex_places(area: AreaRow, towns: list[Place], known_at: datetime) -> list[Place]:
    if area.level != "county":
        return []
    names = {town.code: town.name for town in towns}
    villages = areas.listed_at(area.code, known_at, level="village")
    return [
        Place(village.code, village.name, under=names.get(village.parent_code or "", ""))
        for village in villages
    ]


def _places_on(
    area: AreaRow,
    on: date,
    previous: Bulletin | None,
    ask: Callable[[str, date, datetime], kept.Source],
) -> dict[str, int | None]:
    """The places of a day: as they were issued, or from counts at that day's end where nothing was issued."""
    if previous is not None and previous.on == on:
        return {line.code: line.place for line in from_json(previous.content).lines if line.code}
    evening = cut_off(on, None)
    counts = _counts(ask(area.code, on, evening).residents(course(on)), Doses(), {})
    return compiling.places_before(counts.people, counts.first_dose, _places(area, evening))


def _adjusted(previous: Bulletin | None, lines: tuple[Line, ...]) -> int | None:
    if previous is None:
        return None
    expected = from_json(previous.content).total.doses_to_date
    expected += sum(line.doses_today + line.late for line in lines)
    return sum(line.doses_to_date for line in lines) - expected
