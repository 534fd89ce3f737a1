"""The figures of a run: per suite and vaccine group, as a table or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vaxkit.immunization.conformance.cases import CaseRow
from vaxkit.immunization.conformance.comparing import Difference

FIELDS = ("dose status", "dose reason", "series status", "dose number", "earliest", "recommended", "past due")


@dataclass(frozen=True, slots=True)
class Result:
    """One case after the run. `defect` says why the case itself is taken to be wrong, None when it is sound."""

    row: CaseRow
    group: str
    series: tuple[str, ...]
    differences: tuple[Difference, ...]
    defect: str | None

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of cases. `failed_by` counts the cases in which a field differed; `defective` and `defective_failed` are
    contained in the other counts."""

    cases: int
    passed: int
    defective: int
    defective_failed: int
    failed_by: dict[str, int]

    @property
    def failed(self) -> int:
        return self.cases - self.passed

    @property
    def rate(self) -> float:
        """Passed of all, in per cent."""
        return 100 * self.passed / self.cases if self.cases else 100.0

    @property
    def sound_rate(self) -> float:
        """Passed of those that are not defective, in per cent."""
        sound = self.cases - self.defective
        return 100 * (sound - (self.failed - self.defective_failed)) / sound if sound else 100.0


def figures(results: Iterable[Result]) -> Figures:
    """The counts of some results."""
    rows = list(results)
    failed_by = Counter(field for row in rows for field in {item.field for item in row.differences})
    return Figures(
        cases=len(rows),
        passed=sum(row.passed for row in rows),
        defective=sum(row.defect is not None for row in rows),
        defective_failed=sum(row.defect is not None and not row.passed for row in rows),
        failed_by={field: failed_by[field] for field in FIELDS if failed_by[field]},
    )


def as_data(results: Sequence[Result]) -> dict[str, object]:
    """The report as plain data for JSON."""
    return {
        "total": _plain(figures(results)),
        "suites": [
            {
                "suite": suite,
                "suite_version": version,
                **_plain(figures(rows)),
                "groups": {group: _plain(figures(part)) for group, part in _by_group(rows)},
            }
            for (suite, version), rows in _by_suite(results)
        ],
        "defective": [
            {
                "suite": row.row.suite,
                "suite_version": row.row.suite_version,
                "test_id": row.row.test_id,
                "reason": row.defect,
                "passed": row.passed,
            }
            for row in results
            if row.defect is not None
        ],
    }


def as_table(results: Sequence[Result]) -> str:
    """The report for people."""
    lines: list[str] = []
    for (suite, version), rows in _by_suite(results):
        lines.append(f"{suite} {version}")
        lines.append(
            f"  {'vaccine group':<24}{'cases':>7}{'passed':>8}{'failed':>8}{'%':>8}  failed by field"
        )
        lines.extend(_line(group, figures(part)) for group, part in _by_group(rows))
        lines.append(_line("all", figures(rows)))
        lines.extend(_apart(rows))
        lines.append("")
    total = figures(results)
    lines.append(f"{total.cases} cases, {total.passed} passed, {total.failed} failed")
    return "\n".join(lines)


def failure_data(result: Result) -> dict[str, object]:
    """One failed case as plain data for a line of JSON."""
    return {
        "suite": result.row.suite,
        "suite_version": result.row.suite_version,
        "test_id": result.row.test_id,
        "name": result.row.name,
        "vaccine_group": result.row.vaccine_group,
        "series": list(result.series),
        "defect": result.defect,
        "differences": [
            {"field": item.field, "dose": item.place, "expected": item.expected, "found": item.found}
            for item in result.differences
        ],
    }


def _line(name: str, found: Figures) -> str:
    fields = ", ".join(f"{field} {count}" for field, count in found.failed_by.items())
    counts = f"{found.cases:>7}{found.passed:>8}{found.failed:>8}{found.rate:>8.2f}"
    return f"  {name:<24}{counts}  {fields}".rstrip()


def _apart(rows: Sequence[Result]) -> list[str]:
    found = figures(rows)
    if not found.defective:
        return []
    sound = found.cases - found.defective
    failed = found.failed - found.defective_failed
    lines = [
        f"  defective cases, counted above: {found.defective} ({found.defective_failed} of them failed); "
        f"without them {sound - failed} of {sound} passed ({found.sound_rate:.2f} %)"
    ]
    lines.extend(
        f"    {row.row.test_id} ({'passed' if row.passed else 'failed'}): {row.defect}"
        for row in rows
        if row.defect is not None
    )
    return lines


def _plain(found: Figures) -> dict[str, object]:
    return {
        "cases": found.cases,
        "passed": found.passed,
        "failed": found.failed,
        "percent": round(found.rate, 2),
        "defective": found.defective,
        "defective_failed": found.defective_failed,
        "percent_without_defective": round(found.sound_rate, 2),
        "failed_by": found.failed_by,
    }


def _by_suite(results: Sequence[Result]) -> list[tuple[tuple[str, str], list[Result]]]:
    found: dict[tuple[str, str], list[Result]] = {}
    for row in results:
        found.setdefault((row.row.suite, row.row.suite_version), []).append(row)
    return list(found.items())


def _by_group(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    found: dict[str, list[Result]] = {}
    for row in results:
        found.setdefault(row.group, []).append(row)
    return sorted(found.items())
