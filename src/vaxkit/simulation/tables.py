"""A result as a table to read, in Chinese or English."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from vaxkit.simulation.results import Estimate, SimulationResult
from vaxkit.vocabulary import Text

_SITE = (
    ("came", Text("到达", "came")),
    ("no_shows", Text("爽约", "did not come")),
    ("late", Text("关门后到", "after closing")),
    ("completed", Text("走完流程", "completed")),
    ("left_early", Text("中途离开", "left early")),
    ("inside_at_end", Text("停止时仍在", "still inside at the stop")),
    ("most_inside", Text("同时在场最多", "most inside at once")),
    ("overtime", Text("超时（分）", "overtime, min")),
)
_COLUMNS = (
    Text("工位", "station"),
    Text("服务人次", "served"),
    Text("等待均值", "wait mean"),
    Text("中位", "median"),
    Text("90%", "90 %"),
    Text("95%", "95 %"),
    Text("最长队", "longest line"),
    Text("利用率", "utilisation"),
    Text("离开", "lost"),
)
_PRIORITY_COLUMNS = (
    Text("工位（按优先级）", "station, by priority"),
    Text("优先级", "priority"),
    Text("人次", "people"),
    Text("均值", "mean"),
    Text("中位", "median"),
    Text("90%", "90 %"),
    Text("95%", "95 %"),
)


def table(result: SimulationResult, lang: str) -> str:
    """The result in lines of at most some 110 columns."""
    say = Text(
        f"{result.title.zh} · {result.replications} 次模拟 · 种子 {result.seed} · 单位：分钟；± 为 95% 置信区间半宽",
        f"{result.title.en} · {result.replications} days · seed {result.seed} · minutes; ± half of a 95 % interval",
    )
    rows = [[title.in_(lang) for title in _COLUMNS]]
    for station in result.stations:
        lost = [station.balked, station.reneged, station.turned_away, station.no_vaccine]
        rows.append(
            [
                station.title.in_(lang),
                _number(station.started, 1),
                _number(station.wait.mean, 2),
                _number(station.wait.p50, 1, spread=False),
                _number(station.wait.p90, 1, spread=False),
                _number(station.wait.p95, 1, spread=False),
                _number(station.longest_queue, 0, spread=False),
                _number(station.utilisation, 4),
                f"{sum(part.mean or 0.0 for part in lost):.1f}",
            ]
        )
    lines = [say.in_(lang), "", *_aligned(rows), "", *_by_priority(result, lang)]
    head = [[Text("全站", "the site").in_(lang), Text("均值", "mean").in_(lang), _days(lang)]]
    for name, title in _SITE:
        value: Estimate = getattr(result, name)
        if value.mean is not None and (value.mean or name in ("came", "completed")):
            head.append([title.in_(lang), _number(value, 1), _range(value, 0)])
    for title, spread in (
        (Text("总等待", "total wait"), result.wait),
        (Text("总停留", "total stay"), result.stay),
    ):
        mean = Text("均值", "mean").in_(lang)
        for share, part in (
            (mean, spread.mean),
            ("50%", spread.p50),
            ("90%", spread.p90),
            ("95%", spread.p95),
        ):
            head.append([f"{title.in_(lang)} {share}", _number(part, 1), _range(part, 1)])
    for stock in result.stocks:
        head.append(
            [f"{stock.id} {Text('剂次', 'doses').in_(lang)}", _number(stock.doses, 1), _range(stock.doses, 0)]
        )
        if stock.wasted.mean or stock.spoiled.mean:
            for title, part in (
                (Text("废弃", "wasted"), stock.wasted),
                (Text("损坏", "spoiled"), stock.spoiled),
            ):
                head.append([f"{stock.id} {title.in_(lang)}", _number(part, 2), _range(part, 0)])
    return "\n".join([*lines, *_aligned(head)])


def _by_priority(result: SimulationResult, lang: str) -> list[str]:
    """A row a station and priority, then the whole way; nothing where all are served in one line."""
    if not result.priorities:
        return []
    rows = [[title.in_(lang) for title in _PRIORITY_COLUMNS]]
    wait, stay = Text("总等待", "total wait"), Text("总停留", "total stay")
    parts = [(station.title, each, each.wait) for station in result.stations for each in station.priorities]
    parts += [(wait, each, each.wait) for each in result.priorities]
    parts += [(stay, each, each.stay) for each in result.priorities if each.stay]
    for title, each, times in parts:
        rows.append(
            [
                title.in_(lang),
                f"{each.priority} {each.title.in_(lang)}",
                _number(each.people, 1),
                _number(times.mean, 2),
                *(_number(part, 1) for part in (times.p50, times.p90, times.p95)),
            ]
        )
    return [*_aligned(rows, words=2), ""]


def _days(lang: str) -> str:
    return Text("95% 的日子", "95 % of days").in_(lang)


def _number(value: Estimate, digits: int, *, spread: bool = True) -> str:
    if value.mean is None:
        return "–"
    half = "" if not spread or value.low is None else f" ±{value.mean - value.low:.{digits}f}"
    return f"{value.mean:.{digits}f}{half}"


def _range(value: Estimate, digits: int) -> str:
    if value.least is None or value.most is None:
        return "–"
    return f"{value.least:.{digits}f}–{value.most:.{digits}f}"


def _aligned(rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """Columns under each other, the first ones of words; a Chinese character takes two places."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        room = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [cell + blank for cell, blank in zip(row[:words], room[:words], strict=True)]
        cells += [blank + cell for cell, blank in zip(row[words:], room[words:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)
