"""A simulated day as it is told: a few plain sentences, a row a station, rows for comparing. Values in, words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

Estimate = Mapping[str, float | None]


@dataclass(frozen=True)
class StationLine:
    """A station in the table: means over the simulated days; `busy` as a share, `kept` the share who waited as promised."""

    id: str
    title: str
    people: str
    wait: str
    wait_range: str
    ninety: str
    longest: str
    busy: str
    busy_share: float
    queue: str
    kept: str
    is_tight: bool


@dataclass(frozen=True)
class PriorityLine:
    """What the people of one priority wait at a station or on the whole way: minutes with the interval of
    each figure. `place` is empty where the line above is of the same place."""

    place: str
    who: str
    people: str
    mean: str
    half: str
    most: str


@dataclass(frozen=True)
class Compared:
    """A row of the comparison: a figure with one value for each scenario; `best` is the index of the best, None where all agree."""

    title: str
    values: tuple[str, ...]
    best: int | None


def said_title(title: Mapping[str, str]) -> str:
    return title["en" if (get_language() or "zh").startswith("en") else "zh"]


def clock_of(zero: float, minute: float | None) -> str:
    """A minute of the plan as the hour of the day."""
    if minute is None:
        return "–"
    whole = round(zero + minute)
    return f"{whole // 60 % 24:02d}:{whole % 60:02d}"


def number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def with_range(found: Estimate, digits: int = 0) -> str:
    """ "120 (95–150)": the mean and the range in which 95 % of days lie."""
    if found["mean"] is None:
        return "–"
    return _("{mean} ({least} to {most})").format(
        mean=number(found["mean"], digits),
        least=number(found["least"], digits),
        most=number(found["most"], digits),
    )


def interval(found: Estimate, digits: int = 1) -> str:
    """The 95 % interval of the mean: how well the simulation knows it."""
    if found["mean"] is None or found["low"] is None:
        return number(found["mean"], digits)
    half = (found["high"] or 0.0) - (found["mean"] or 0.0)
    return f"{number(found['mean'], digits)} ± {number(half, digits)}"


def sentences(result: Mapping[str, Any], ends: float) -> list[str]:
    """What the day will be like, in the order in which somebody asks."""
    wait = result["wait"]
    found = [
        _("About {came} people come; {done} go through all of it.").format(
            came=with_range(result["came"]), done=with_range(result["completed"])
        ),
        _(
            "All waits together: half of the people at most {half} minutes, nine of ten at most {ninety}, the longest {longest}."
        ).format(
            half=number(wait["p50"]["mean"]),
            ninety=number(wait["p90"]["mean"]),
            longest=with_range(wait["longest"]),
        ),
        *_of_the_line(result),
        *_of_the_end(result, ends),
        *_of_stock(result),
    ]
    gone = result["left_early"]["mean"] or 0.0
    if gone >= 0.5:
        words = ngettext(
            "{people} person leaves without having been served.",
            "{people} people leave without having been served.",
            round(gone),
        )
        found.append(words.format(people=number(gone)))
    return found


def _of_the_line(result: Mapping[str, Any]) -> list[str]:
    tight = tightest(result)
    if tight is None:
        return []
    words = _(
        "The longest wait is at “{station}”: {minutes} minutes on average, in the worst hours {people} people in the line."
    )
    return [
        words.format(
            station=said_title(tight["title"]),
            minutes=number(tight["wait"]["mean"]["mean"], 1),
            people=number(max(tight["queue"]["mean"], default=0)),
        )
    ]


def _of_the_end(result: Mapping[str, Any], ends: float) -> list[str]:
    last, overtime = result["last_leaves"], result["overtime"]
    if overtime["mean"] is None:
        return []
    words = _(
        "The last person leaves at {hour} on average (on 95% of days by {late}); "
        "planned end {ends}, overtime {minutes} minutes on average."
    )
    return [
        words.format(
            hour=clock_of(result["zero"], last["mean"]),
            late=clock_of(result["zero"], last["most"]),
            minutes=number(overtime["mean"]),
            ends=clock_of(0, ends),
        )
    ]


def tightest(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The station at which people wait longest; None where nobody waits a minute."""
    waited = [row for row in result["stations"] if (row["wait"]["mean"]["mean"] or 0) >= 1]
    return max(waited, key=lambda row: row["wait"]["mean"]["mean"]) if waited else None


def lines(result: Mapping[str, Any], promises: Mapping[str, float]) -> list[StationLine]:
    """A row for every station through which people walk."""
    tight = tightest(result)
    return [_line(row, promises, tight is row) for row in result["stations"] if row["kind"] != "preparation"]


def by_priority(result: Mapping[str, Any]) -> list[PriorityLine]:
    """Who is called first and who later, station by station, then the whole way; nothing where all stand in one line, as in
    results from before priorities were told."""
    found: list[PriorityLine] = []
    places = [
        (said_title(row["title"]), [(each, each["wait"]) for each in row.get("priorities", ())])
        for row in result["stations"]
    ]
    whole = result.get("priorities", ())
    places += [
        (_("All waits together"), [(each, each["wait"]) for each in whole]),
        (pgettext("minutes on site", "From door to door"), [(each, each["stay"]) for each in whole]),
    ]
    for place, rows in places:
        for nth, (each, times) in enumerate(rows):
            found.append(
                PriorityLine(
                    place="" if nth else place,
                    who=said_title(each["title"]),
                    people=number(each["people"]["mean"]),
                    mean=interval(times["mean"]),
                    half=interval(times["p50"]),
                    most=interval(times["p95"]),
                )
            )
    return found


def comparison(results: Sequence[Mapping[str, Any]], people: Sequence[float]) -> list[Compared]:
    """Scenarios side by side; `people` are hours of work on duty in each."""

    def row(title: str, take: Any, digits: int = 0, better: str = "low") -> Compared:
        values = [take(result) for result in results]
        known = [value for value in values if value is not None]
        apart = known and max(known) - min(known) > 10**-digits / 2
        best = None
        if apart and better:
            best = values.index((min if better == "low" else max)(known))
        return Compared(title, tuple(number(value, digits) for value in values), best)

    found = [
        row(_("People who come"), lambda r: r["came"]["mean"], better=""),
        row(_("All waits, average (minutes)"), lambda r: r["wait"]["mean"]["mean"], 1),
        row(_("All waits, nine of ten at most (minutes)"), lambda r: r["wait"]["p90"]["mean"]),
        row(_("Most people on site"), lambda r: r["most_inside"]["mean"]),
        row(_("Overtime (minutes)"), lambda r: r["overtime"]["mean"]),
        row(_("Leave without being served"), lambda r: r["left_early"]["mean"], 1),
        row(_("Doses given"), lambda r: r["stocks"][0]["doses"]["mean"] if r["stocks"] else None, 0, "high"),
        row(_("Doses wasted"), lambda r: r["stocks"][0]["wasted"]["mean"] if r["stocks"] else None, 1),
    ]  # fmt: skip
    hours = list(people)
    apart = max(hours) - min(hours) > 0.5
    best = hours.index(min(hours)) if apart else None
    return [*found, Compared(_("Hours of work on duty"), tuple(number(each, 1) for each in hours), best)]


def work_hours(document: Mapping[str, Any]) -> float:
    """Hours that people are on duty at stations with shifts."""
    from yingjie.plans.day_editing import minute

    return sum(
        each["servers"] * (minute(each["until"]) - minute(each["from"])) / 60
        for row in document["stations"] if isinstance(row.get("servers"), list) for each in row["servers"]
    )  # fmt: skip


def _line(row: Mapping[str, Any], promises: Mapping[str, float], is_tight: bool) -> StationLine:
    wait, busy = row["wait"], row["utilisation"]["mean"]
    kept = row["kept_promise"]["mean"]
    return StationLine(
        id=row["id"],
        title=said_title(row["title"]),
        people=number(row["started"]["mean"]),
        wait=interval(wait["mean"]),
        wait_range=f"{number(wait['mean']['least'], 1)}–{number(wait['mean']['most'], 1)}",
        ninety=number(wait["p90"]["mean"], 1),
        longest=number(wait["longest"]["mean"]),
        busy="–" if busy is None else f"{busy:.0%}",
        busy_share=round((busy or 0.0) * 100, 1),
        queue=number(row["longest_queue"]["mean"]),
        kept="–" if kept is None or row["id"] not in promises else f"{kept:.0%}",
        is_tight=is_tight,
    )


def _of_stock(result: Mapping[str, Any]) -> list[str]:
    found = []
    missing = sum(row["no_vaccine"]["mean"] or 0 for row in result["stations"])
    for stock in result["stocks"]:
        found.append(
            _("{doses} doses are given; {wasted} are left over in opened vials.").format(
                doses=with_range(stock["doses"]), wasted=number(stock["wasted"]["mean"], 1)
            )
        )
    if missing >= 0.5:
        found.append(
            _("The vaccine does not last: {people} people find none.").format(people=number(missing))
        )
    return found
