"""What the rules of a day offer to whoever has had nothing yet: from which age, how many doses, by which document.

Asked of vaxkit itself, age by age, so that no second reading of the rules can differ from the first. Whether one person's course is
complete, and by which dose, is in her answer (`Advice.course`): it is one dose of Ad5, two of KCONVAC, three of Zifivax.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from vaxkit.immunization import Patient, Period, latest_start
from vaxkit.immunization.advice import advise
from vaxkit.immunization.courses import course_numbers
from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Source, Status
from yingjie.foundation import clock
from yingjie.vaccines import rules


@dataclass(frozen=True)
class Course:
    """The campaign's course on a day. `numbers` are its doses 1, 2 … (of the series offered first); `minimum_age` is the youngest
    age offered, as a period ("18 years", "" where nobody is), `born_until` the last birthday of that age, `source` the rule's."""

    code: str
    numbers: tuple[int, ...]
    minimum_age: str
    born_until: date | None
    source: Source | None


def course(on: date | None = None) -> Course:
    """The course as the rules of the day offer it."""
    day = on or clock.today()
    return _course(rules.rules(day), day)


@lru_cache(maxsize=64)
def _course(policies: PolicySet, on: date) -> Course:
    for age in _ages(policies):
        born = latest_start(on, age)
        told = advise(policies, Patient(born), (), on)
        if told.status in (Status.DUE, Status.OVERDUE):
            sources = [
                row.source for row in told.because if row.source and row.code.startswith("earliest.age")
            ]
            return Course(
                policies.code, numbers(policies, told.series), age.text, born, sources[0] if sources else None
            )
    return Course(policies.code, numbers(policies, ""), "", None, None)


def numbers(policies: PolicySet, series: str) -> tuple[int, ...]:
    """The doses of the primary course in a series (of the first one there is, where none is named)."""
    return course_numbers(policies, series or min((name for name, _number in policies.stages), default=""))


def doses_with(product_code: str, on: date | None = None) -> int:
    """How many doses the primary course has that begins with a product, by the rules of the day; 0: none begins with it."""
    policies = rules.rules(on or clock.today())
    for antigen in policies.antigens.values():
        for series in antigen.series:
            first = series.doses[0] if series.doses else None
            if first is not None and any(row.vaccine == product_code for row in first.preferable):
                return len(course_numbers(policies, series.name))
    return 0


def _ages(policies: PolicySet) -> list[Period]:
    """Every age at which somebody might be offered a first dose of the campaign, youngest first."""
    antigens = [policies.antigens[name] for name in policies.groups[policies.main_group].antigens]
    firsts = [row.doses[0] for antigen in antigens for row in antigen.series if row.doses]
    found = {age.minimum for dose in firsts for age in dose.ages if age.minimum is not None}
    found |= {row.begin_age for dose in firsts for row in dose.preferable if row.begin_age is not None}
    return sorted(found, key=lambda age: (age.months, age.days))
