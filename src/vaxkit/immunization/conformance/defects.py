"""Cases that are wrong in themselves: contradictions that need no rules to be seen, and lists given as data.

They are run and counted like the others and told apart in the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from vaxkit.immunization.answers import DoseStatus, SeriesStatus
from vaxkit.immunization.conformance.cases import CaseError, CaseRow
from vaxkit.immunization.conformance.comparing import group_name
from vaxkit.immunization.model import RuleSet

#: (suite, suite version or "" for any, test id) -> why
KnownDefects = Mapping[tuple[str, str, str], str]


def read_known_defects(lines: Iterable[str]) -> dict[tuple[str, str, str], str]:
    """A list of cases known to be wrong: one JSON object a line with `suite`, `test_id`, `reason` and, when it concerns
    one version only, `suite_version`. Raises CaseError with the number of the line."""
    found = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            key = (str(raw["suite"]), str(raw.get("suite_version") or ""), str(raw["test_id"]))
            found[key] = str(raw.get("reason") or "listed")
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise CaseError(f"line {number}: not an object with suite and test_id") from error
    return found


def defect_of(row: CaseRow, rules: RuleSet, known: KnownDefects) -> str | None:
    """Why the case is taken to be defective, None when nothing is wrong with it."""
    listed = known.get(row.key) or known.get((row.suite, "", row.test_id))
    if listed is not None:
        return f"listed: {listed}"
    group = group_name(rules, row.vaccine_group)
    return (
        f"the rules have no vaccine group {group}" if group not in rules.groups else contradiction(row, rules)
    )


def contradiction(row: CaseRow, rules: RuleSet) -> str | None:
    """What the case says against itself, None when nothing."""
    return _of_doses(row, rules) or _of_forecast(row)


def _of_doses(row: CaseRow, rules: RuleSet) -> str | None:
    for place, item in enumerate(row.doses, start=1):
        if item.dose.vaccine not in rules.vaccines:
            return f"dose {place}: the rules do not know the vaccine {item.dose.vaccine}"
        if item.dose.on < row.patient.birth_on:
            return f"dose {place} was given before birth"
        if item.dose.on > row.on:
            return f"dose {place} was given after the day of assessment"
        if item.status is DoseStatus.NOT_VALID and not item.reason:
            return f"dose {place} does not count, without a reason"
    return None


def _of_forecast(row: CaseRow) -> str | None:
    expected = row.expected
    days = (expected.earliest_on, expected.recommended_on, expected.past_due_on)
    told = [day for day in days if day is not None]
    if expected.status is SeriesStatus.NOT_COMPLETE:
        if expected.earliest_on is None or expected.dose_number is None:
            return "a dose is due, but its number or its earliest day is blank"
    elif told or expected.dose_number is not None:
        return "no dose is due, but a number or a day is given"
    if told != sorted(told):
        return "earliest, recommended and past due are not in order"
    if told and told[0] < row.patient.birth_on:
        return "the earliest day lies before birth"
    last = max((item.dose.on for item in row.doses), default=None)
    if told and last is not None and told[0] < last:
        return "the earliest day lies before the last dose"
    return None
