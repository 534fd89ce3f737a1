"""Figures as SVG geometry: numbers in, points out; the template draws them. Pure. No style here: classes are the style sheet's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 22, 14, 26


@dataclass(frozen=True)
class Mark:
    """A line across the figure with its label; `at` in the figure's own units of length."""

    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Line:
    """`points` of a polyline; `dots` with words where a figure can be read."""

    points: str
    css: str
    label: str = ""


@dataclass(frozen=True)
class Figure:
    """One drawing: a band (an area), lines, bars, ticks of both axes."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    lines: tuple[Line, ...] = ()
    band: str = ""
    bars: tuple[Bar, ...] = ()


class _Scale:
    def __init__(self, low: float, high: float, begins: float, ends: float) -> None:
        self._low, self._span = low, (high - low) or 1.0
        self._begins, self._length = begins, ends - begins

    def __call__(self, value: float) -> float:
        return round(self._begins + self._length * (value - self._low) / self._span, 1)


def over_time(
    minutes: Sequence[float],
    series: Sequence[tuple[str, str, Sequence[float]]],
    *,
    zero: float = 0.0,
    band: tuple[Sequence[float], Sequence[float]] | None = None,
    height: int = HEIGHT,
) -> Figure:
    """Lines over the day: `series` are (label, css class, values); `band` a lower and an upper line with the area between."""
    begins, ends = (minutes[0], minutes[-1]) if minutes else (0.0, 60.0)
    every = [values for _label, _css, values in series] + ([band[1]] if band else [])
    most = max(1.0, *(max(values, default=0.0) for values in every))
    step = nice_step(most)
    top = step * math.ceil(most / step)
    x = _Scale(begins, ends, LEFT, WIDTH - RIGHT)
    y = _Scale(0, top, height - BOTTOM, TOP)
    area = ""
    if band:
        forth = [f"{x(at)},{y(value)}" for at, value in zip(minutes, band[1], strict=True)]
        back = [f"{x(at)},{y(value)}" for at, value in zip(minutes, band[0], strict=True)][::-1]
        area = " ".join(forth + back)
    lines = tuple(
        Line(" ".join(f"{x(at)},{y(value)}" for at, value in zip(minutes, values, strict=True)), css, label)
        for label, css, values in series
    )
    return Figure(
        WIDTH,
        height,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        height - BOTTOM,
        _hours(begins, ends, zero, x),
        _levels(step, top, y),
        lines,
        area,
    )


def over_days(
    first: date,
    steps: Sequence[float],
    series: Sequence[tuple[str, str, Sequence[float]]],
    *,
    band: tuple[Sequence[float], Sequence[float]] | None = None,
) -> Figure:
    """The same over days: `steps` count from `first`."""
    found = over_time(steps, series, band=band)
    count = len(steps)
    every = max(1, -(-count // 8))
    x = _Scale(0.0, max(1.0, float(count - 1)), LEFT, WIDTH - RIGHT)
    marks = tuple(Mark(x(step), f"{first + timedelta(days=step):%m-%d}") for step in range(0, count, every))
    return replace(found, x_marks=marks)


def bars(
    low: float, high: float, counts: Sequence[int], curve: Sequence[float], *, height: int = 160
) -> Figure:
    """A histogram with the curve that was fitted to it."""
    most = max([1.0, *counts, *curve])
    step = nice_step(most)
    top = step * math.ceil(most / step)
    x, y = _Scale(low, high, LEFT, WIDTH - RIGHT), _Scale(0, top, height - BOTTOM, TOP)
    width = (high - low) / max(1, len(counts))
    drawn = tuple(
        Bar(x(low + nth * width), y(count), round(x(low + width) - x(low) - 1, 1), round(height - BOTTOM - y(count), 1),
            f"{low + nth * width:.1f}–{low + (nth + 1) * width:.1f}: {count}")
        for nth, count in enumerate(counts)
    )  # fmt: skip
    points = " ".join(f"{x(low + (nth + 0.5) * width)},{y(value)}" for nth, value in enumerate(curve))
    lines = (Line(points, "line-fit"),) if curve else ()
    ticks = nice_step((high - low) * 0.6)
    first = math.ceil(low / ticks) * ticks
    count = int((high - first) / ticks) + 1
    x_marks = tuple(Mark(x(first + nth * ticks), f"{first + nth * ticks:g}") for nth in range(count))
    return Figure(
        WIDTH,
        height,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        height - BOTTOM,
        x_marks,
        _levels(step, top, y),
        lines,
        "",
        drawn,
    )


def nice_step(most: float) -> float:
    """1, 2 or 5 times a power of ten, so that there are at most five of them."""
    raw = max(most, 1e-9) / 4
    power = 10 ** math.floor(math.log10(raw))
    return float(next(power * n for n in (1, 2, 5, 10) if power * n >= raw))


def _hours(begins: float, ends: float, zero: float, x: _Scale) -> tuple[Mark, ...]:
    hours = (ends - begins) / 60
    every = next((n for n in (1, 2, 3, 4, 6, 12) if hours / n <= 9), 24)
    first = math.ceil((zero + begins) / 60)
    last = math.floor((zero + ends) / 60)
    return tuple(
        Mark(x(hour * 60 - zero), f"{hour % 24:02d}:00")
        for hour in range(first, last + 1)
        if (hour - first) % every == 0
    )


def _levels(step: float, top: float, y: _Scale) -> tuple[Mark, ...]:
    return tuple(Mark(y(nth * step), f"{nth * step:g}") for nth in range(round(top / step) + 1))
