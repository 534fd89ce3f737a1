"""Days between a dose of the campaign and another vaccine (`free_from`, `too_close`).

A gap that was not kept is no reason to repeat a dose; it is a note. What a gap does is put off the next dose, or the
other vaccine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from vaxkit.immunization.answers import Because
from vaxkit.immunization.case import in_force
from vaxkit.immunization.periods import Period, add_period
from vaxkit.immunization.person import GivenDose
from vaxkit.immunization.policy import Gap, PolicySet

_NONE = Period()


def gaps_for(rules: PolicySet, other: str, birth_on: date, on: date) -> Iterator[Gap]:
    """The gaps between a campaign dose and the vaccine `other` that hold on a day. A vaccine that the rules do not know
    is any other vaccine (OTHER)."""
    code = other if other in rules.other_vaccines else "OTHER"
    for gap in rules.gaps:
        old_enough = gap.begin_age is None or add_period(birth_on, gap.begin_age) <= on
        young_enough = gap.end_age is None or on < add_period(birth_on, gap.end_age)
        if (
            code in gap.others
            and old_enough
            and young_enough
            and in_force(gap.effective_on, gap.cessation_on, on)
        ):
            yield gap


def _held(rules: PolicySet, vaccine: str) -> frozenset[str]:
    """The diseases against which a vaccine is."""
    known = rules.vaccines.get(vaccine)
    return frozenset(row.antigen for row in known.associations) if known is not None else frozenset()


def _is_about(gap: Gap, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a gap is about vaccines against `one`, and keeps them apart from those against `other`."""
    return not gap.antigens or (not gap.antigens.isdisjoint(one) and gap.antigens.isdisjoint(other))


def _between(
    rules: PolicySet, vaccine: str, diseases: frozenset[str], other: str, birth_on: date, on: date
) -> Iterator[Gap]:
    """The gaps between a vaccine against these diseases and another one, of the policy of either, that ask for a wait."""
    theirs = _held(rules, other)
    for gap in gaps_for(rules, other, birth_on, on):
        if gap.minimum != _NONE and _is_about(gap, diseases, theirs):
            yield gap
    for gap in gaps_for(rules, vaccine, birth_on, on):
        if gap.antigens and gap.minimum != _NONE and _is_about(gap, theirs, diseases):
            yield gap


def free_from(
    rules: PolicySet, group: str, others: Iterable[GivenDose], birth_on: date, on: date
) -> tuple[date, Because] | None:
    """From which day on the other vaccines given no longer stand in the way of a dose of the group, and why; None when
    none does. Where the group has several vaccines that must wait for different times, the shortest. `on` is the day asked for."""
    antigens = frozenset(rules.groups[group].antigens)
    own = [code for code in rules.vaccines if not _held(rules, code).isdisjoint(antigens)]
    found = []
    for dose in others:
        waits = [list(_between(rules, code, antigens, dose.vaccine, birth_on, on)) for code in own]
        if waits and all(waits):
            longest = [max(rows, key=lambda gap: add_period(dose.on, gap.minimum)) for rows in waits]
            gap = min(longest, key=lambda row: add_period(dose.on, row.minimum))
            found.append((add_period(dose.on, gap.minimum), dose, gap))
    if not found:
        return None
    day, dose, gap = max(found, key=lambda row: row[0])
    return day, _because("gap.wait", gap, since=dose.on, vaccine=dose.vaccine, on=day)


def other_free_from(
    rules: PolicySet, doses: Iterable[GivenDose], other: str, birth_on: date, on: date
) -> date | None:
    """From which day on the vaccine `other` may be given after the campaign doses given; None: at once."""
    days = [
        add_period(dose.on, gap.minimum)
        for dose in doses
        if dose.on <= on
        for gap in gaps_for(rules, other, birth_on, on)
    ]
    return max((day for day in days if day > on), default=None)


def too_close(
    rules: PolicySet, dose: GivenDose, others: Iterable[GivenDose], birth_on: date
) -> Because | None:
    """A note when another vaccine was given too shortly before or after the campaign dose, None when none was."""
    own = _held(rules, dose.vaccine)
    for other in others:
        first, second = sorted((dose.on, other.on))
        for gap in _between(rules, dose.vaccine, own, other.vaccine, birth_on, dose.on):
            if second < add_period(first, gap.minimum):
                return _because(
                    "gap.too_close", gap, since=other.on, vaccine=other.vaccine, days=(second - first).days
                )
    return None


def _because(code: str, gap: Gap, **params: str | int | date) -> Because:
    facts = {"minimum": gap.minimum.text, **params, "text_zh": gap.text.zh, "text_en": gap.text.en}
    return Because(code, facts, gap.source)
