"""The command: python -m vaxkit.immunization.conformance CASES.jsonl --data DIR [--json] [--failures FILE] [--defects FILE]

Exit code 0 when every case passes, 1 when some fail, 2 when it could not run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path, PureWindowsPath

from vaxkit.immunization.conformance.cases import CaseError, CaseRow, read_cases
from vaxkit.immunization.conformance.comparing import compare, group_name
from vaxkit.immunization.conformance.defects import KnownDefects, defect_of, read_known_defects
from vaxkit.immunization.conformance.reporting import Result, as_data, as_table, failure_data
from vaxkit.immunization.model import RuleSet
from vaxkit.ruledata.cdsi import CdsiDataError, read_cdsi
from vaxkit.ruledata.policies import PolicyError, policies_in_force

COULD_NOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    try:
        rows = _cases(options.cases)
        known = _known(options.defects)
        results = _run(rows, options.data, known)
        if options.failures is not None:
            _write_failures(options.failures, results)
    except (CaseError, CdsiDataError, PolicyError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"conformance: {error}\n")
        return COULD_NOT_RUN
    told = json.dumps(as_data(results), ensure_ascii=False, indent=2) if options.json else as_table(results)
    sys.stdout.write(told + "\n")
    return 0 if all(row.passed for row in results) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.immunization.conformance",
        description="Run published immunization test cases against rule data.",
        epilog="Exit code 0: every case passed; 1: some failed; 2: it could not run.",
    )
    parser.add_argument("cases", type=Path, metavar="CASES.jsonl", help="one case a line")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of supporting-data folders, or one such folder (CDC's XML, or policies in YAML)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--failures", type=Path, metavar="FILE", help="write one JSON line per failed case")
    parser.add_argument(
        "--defects", type=Path, metavar="FILE", help="cases known to be wrong, one JSON line each"
    )
    return parser.parse_args(arguments)


def _cases(path: Path) -> list[CaseRow]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            rows = list(read_cases(file))
    except CaseError as error:
        raise CaseError(f"{path.name}: {error}") from error
    if not rows:
        raise CaseError(f"{path.name}: no cases in it")
    return rows


def _known(path: Path | None) -> KnownDefects:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            return read_known_defects(file)
    except CaseError as error:
        raise CaseError(f"{path.name}: {error}") from error


def _run(rows: Sequence[CaseRow], folder: Path, known: KnownDefects) -> list[Result]:
    rule_sets: dict[str, RuleSet] = {}
    results = []
    for row in rows:
        name = _rules_name(row, folder)
        if name not in rule_sets:
            rule_sets[name] = _rules(folder / name if name else folder)
        results.append(_result(row, rule_sets[name], known))
    return results


def _rules(folder: Path) -> RuleSet:
    """CDC's XML, or policies in YAML."""
    return policies_in_force(date.max, folder, shipped=False) if _is_yaml(folder) else read_cdsi(folder)


def _is_yaml(folder: Path) -> bool:
    return any(folder.glob("*.yaml"))


def _rules_name(row: CaseRow, folder: Path) -> str:
    """The folder of rules within DIR, also where the case names it by a longer path; "" when DIR is itself one."""
    if not folder.is_dir():
        raise CaseError(f"{folder}: no such folder")
    if any(folder.glob("Schedule*.xml")) or _is_yaml(folder):
        return ""
    if not row.rules_name:
        raise CaseError(f"line {row.line}: 'supporting_data' is blank, and {folder} is not a folder of rules")
    for name in (row.rules_name, PureWindowsPath(row.rules_name).name):
        if name and (folder / name).is_dir():
            return name
    raise CaseError(f"line {row.line}: {folder} has no folder {row.rules_name!r}")


def _result(row: CaseRow, rules: RuleSet, known: KnownDefects) -> Result:
    group = group_name(rules, row.vaccine_group)
    if group is None:
        raise CaseError(f"line {row.line}: the rules have no vaccine group {row.vaccine_group!r}")
    try:
        differences, forecast = compare(row, rules, group)
    except (ValueError, OverflowError) as error:
        raise CaseError(f"line {row.line}: cannot be assessed ({error})") from error
    series = forecast.series if forecast is not None else ()
    return Result(row, group, series, differences, defect_of(row, rules, known))


def _write_failures(path: Path, results: Sequence[Result]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for result in results:
            if not result.passed:
                file.write(json.dumps(failure_data(result), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
