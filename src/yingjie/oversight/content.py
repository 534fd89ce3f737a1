"""What a bulletin says, as frozen values, and their one canonical form as JSON.

The JSON is what is stored when a bulletin is issued, and `sha256` is over its canonical text: keys sorted, no spaces, so that
the same content has the same hash wherever it was kept meanwhile. Counts only: nothing in here names a resident.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from functools import reduce
from hashlib import sha256
from typing import Any, Self

from vaxkit.coverage.accuracy import ListAccuracy
from yingjie.foundation import clock
from yingjie.oversight.sections import Covered, GroupLine, LateDay, Notice, TargetLine, Tomorrow

FORM = 1
"""The form of the stored JSON; a later form reads the earlier ones."""


@dataclass(frozen=True)
class Line(Covered):
    """One row of a table. `code` "" are the people who stand in none of the areas listed (未落到村).

    `people` is the denominator. `today` and `to_date` are doses, one count per dose number of the bulletin. `late` are doses of
    earlier days that no earlier bulletin counted (补录). `first_dose` and `full_course` are people. `remaining` are people
    without a first dose, summed from the villages, so that it agrees between a town's bulletin and its county's.
    `recent` are those of `first_dose` whose dose was given in the last seven days. `listed`, `attended`, `unlisted` are the lists
    of the day before: people expected, those of them who came, those who came without being on a list.
    `place` is None where nothing is ranked; `standing` says why (vaxkit.coverage.Standing, "" for sums and unplaced people).
    """

    code: str
    name: str
    people: int
    today: tuple[int, ...]
    to_date: tuple[int, ...]
    late: int
    first_dose: int
    full_course: int
    remaining: int
    standing: str = ""
    place: int | None = None
    tied: bool = False
    place_before: int | None = None
    under: str = ""
    recent: int = 0
    listed: int = 0
    attended: int = 0
    unlisted: int = 0

    @property
    def lists(self) -> ListAccuracy:
        return ListAccuracy(self.listed, self.attended, self.unlisted)

    @property
    def left_before(self) -> int:
        """People without a first dose a week ago, measured over today's people."""
        return max(0, self.people - self.first_dose + self.recent)

    @property
    def doses_today(self) -> int:
        return sum(self.today)

    @property
    def doses_to_date(self) -> int:
        return sum(self.to_date)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to report: an area with nobody to vaccinate and without a dose."""
        counted = (*self.today, *self.to_date, self.late, self.first_dose, self.full_course)
        return bool(self.code) and self.people == 0 and not any(counted)

    @property
    def moved(self) -> int | None:
        """Places won (positive) or lost since the day before; None where there was or is no place."""
        if self.place is None or self.place_before is None:
            return None
        return self.place_before - self.place

    def plus(self, other: Self) -> Self:
        """This line's counts and the other's; name, code and standing stay this line's."""
        return replace(
            self,
            people=self.people + other.people,
            today=tuple(a + b for a, b in zip(self.today, other.today, strict=True)),
            to_date=tuple(a + b for a, b in zip(self.to_date, other.to_date, strict=True)),
            late=self.late + other.late,
            first_dose=self.first_dose + other.first_dose,
            full_course=self.full_course + other.full_course,
            remaining=self.remaining + other.remaining,
            recent=self.recent + other.recent,
            listed=self.listed + other.listed,
            attended=self.attended + other.attended,
            unlisted=self.unlisted + other.unlisted,
        )


@dataclass(frozen=True)
class BulletinContent:
    """A bulletin of one area and day, as counted at `cut_off_at`.

    `dose_numbers` name the columns of `today` and `to_date`. `lines` are the areas one level below (the area itself where it is
    a village), `annex` the villages where the lines are towns. `previous_cut_off_at` is the cut-off of the bulletin issued before
    (None: this is the first, so nothing can be late). `compared_on` is the day whose places are compared with.
    `adjusted` are doses by which the sum to date differs from the last bulletin's sum plus today's and late ones, because records
    were voided or people moved; None where there is no bulletin before. `number` is None in a draft. `groups`, `targets`,
    `late_days`, `notices`, `tomorrow` are the further sections; `lists_on` is the day whose lists the lines tell of.
    """

    area_code: str
    area_name: str
    level: str
    on: date
    cut_off_at: datetime
    schedule: str
    minimum_age: str
    small_below: int
    dose_numbers: tuple[int, ...]
    lines: tuple[Line, ...]
    annex: tuple[Line, ...] = ()
    previous_cut_off_at: datetime | None = None
    compared_on: date | None = None
    adjusted: int | None = None
    problems: str = ""
    plan: str = ""
    number: int | None = None
    issued_on: date | None = None
    age_source_zh: str = ""
    age_source_en: str = ""
    late_days: tuple[LateDay, ...] = ()
    groups: tuple[GroupLine, ...] = ()
    targets: tuple[TargetLine, ...] = ()
    notices: tuple[Notice, ...] = ()
    tomorrow: Tomorrow | None = None
    lists_on: date | None = None
    signed_by: str = ""
    copied_to: str = ""

    @property
    def is_draft(self) -> bool:
        return self.number is None

    @property
    def total(self) -> Line:
        """The sum of the lines, always."""
        return sum_of(self.lines, self.dose_numbers, code=self.area_code, name=self.area_name)


def empty_line(dose_numbers: tuple[int, ...], *, code: str = "", name: str = "", under: str = "") -> Line:
    none = (0,) * len(dose_numbers)
    return Line(code, name, 0, none, none, 0, 0, 0, 0, under=under)


def sum_of(lines: tuple[Line, ...], dose_numbers: tuple[int, ...], *, code: str, name: str) -> Line:
    return reduce(Line.plus, lines, empty_line(dose_numbers, code=code, name=name))


#: Parts that are values of their own, and the type of each.
NESTED: dict[str, type[Any]] = {
    "lines": Line, "annex": Line, "late_days": LateDay, "groups": GroupLine, "targets": TargetLine, "notices": Notice,
}  # fmt: skip


def to_json(content: BulletinContent) -> dict[str, Any]:
    """The content as JSON values. Moments are written in the campaign's own zone."""
    return {"form": FORM, **{key: _plain(value) for key, value in asdict(content).items()}}


def from_json(stored: dict[str, Any]) -> BulletinContent:
    """The content that `to_json` wrote. Raises ValueError for a form that this release does not know."""
    if stored.get("form") != FORM:
        raise ValueError(f"unknown form of a bulletin: {stored.get('form')!r}")
    # What bulletins issued earlier do not have keeps its default.
    values = {field.name: stored[field.name] for field in fields(BulletinContent) if field.name in stored}
    for name in ("on", "compared_on", "issued_on", "lists_on"):
        values[name] = _day(values.get(name))
    for name in ("cut_off_at", "previous_cut_off_at"):
        values[name] = _moment(values[name])
    values["dose_numbers"] = tuple(values["dose_numbers"])
    for name, kind in NESTED.items():
        values[name] = tuple(_part(kind, part) for part in values.get(name, ()))
    if values.get("tomorrow"):
        values["tomorrow"] = Tomorrow(**values["tomorrow"])
    return BulletinContent(**values)


def canonical(stored: dict[str, Any]) -> str:
    """The one text of a stored content."""
    return json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(stored: dict[str, Any]) -> str:
    return sha256(canonical(stored).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.CAMPAIGN_ZONE).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(clock.CAMPAIGN_ZONE) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _part(kind: type[Any], stored: dict[str, Any]) -> Any:
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()
    }
    if isinstance(given.get("on"), str):
        given["on"] = date.fromisoformat(given["on"])
    return kind(**given)
