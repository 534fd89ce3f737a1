"""The further sections of a bulletin, as frozen values: groups, targets, late entries by day, tomorrow, what stands out."""

from dataclasses import dataclass, field
from datetime import date

from vaxkit.coverage import Coverage
from vaxkit.vocabulary import Text


class Covered:
    """Coverage of whatever counts people, those with a first dose and those with a full course."""

    people: int
    first_dose: int
    full_course: int

    @property
    def first_dose_coverage(self) -> Coverage:
        return Coverage(self.first_dose, self.people)

    @property
    def full_course_coverage(self) -> Coverage:
        return Coverage(self.full_course, self.people)


@dataclass(frozen=True)
class GroupLine(Covered):
    """People of one group: `kind` age (every person in one), line (every person under one or none) or category (somebody may stand
    in several)."""

    kind: str
    code: str
    title_zh: str
    title_en: str
    people: int
    first_dose: int
    full_course: int

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en)

    @property
    def remaining(self) -> int:
        return max(0, self.people - self.first_dose)


@dataclass(frozen=True)
class LateDay:
    """Doses given on an earlier day and recorded since the last bulletin (补录)."""

    on: date
    number: int
    doses: int


@dataclass(frozen=True)
class TargetLine:
    """A milestone that is not past: `done` people reached the dose by the cut-off, `before` by the evening before; `per_day` is the
    day's task (None: no day was left), `recent` who reached it in the seven full days before."""

    title: str
    dose: int
    on: date
    people: int
    target: int
    done: int
    before: int
    per_day: int | None
    recent: int

    @property
    def completion(self) -> Coverage:
        return Coverage(self.done, self.target)

    @property
    def today(self) -> int:
        return self.done - self.before

    @property
    def left(self) -> int:
        return max(0, self.target - self.done)

    @property
    def is_behind(self) -> bool:
        """Whether the day's task was not done."""
        return self.left > 0 and (self.per_day is None or self.today < self.per_day)


@dataclass(frozen=True)
class Tomorrow:
    """What is laid out for the day after, as known when the bulletin was drafted: `needed` by the milestones, `booked` people,
    `seats` and `sites` open, `doses_on_hand` usable."""

    needed: int
    booked: int
    seats: int
    sites: int
    doses_on_hand: int


@dataclass(frozen=True)
class Notice:
    """Something that stands out in the figures: a known `code` with its figures and names (`paper.notice_words`)."""

    code: str
    count: int
    names: tuple[str, ...] = field(default=())
