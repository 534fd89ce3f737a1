"""The command: python -m vaxkit.ruledata check PATH... | to-yaml FOLDER OUT

check reads policy files as the product would and says what is wrong in them, or what they hold; to-yaml writes CDC's supporting
data as policy files, to begin from, reads them again and compares. Exit code 0: well; 1: faults in the files; 2: it could not run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from vaxkit.immunization.batch_limits import uncovered
from vaxkit.immunization.model import RuleSet
from vaxkit.immunization.policy import PolicySet
from vaxkit.ruledata.cdsi import CdsiDataError, read_cdsi, read_shipped_cdsi
from vaxkit.ruledata.policies import PolicyError
from vaxkit.ruledata.policies.building import build
from vaxkit.ruledata.policies.comparing import differing
from vaxkit.ruledata.policies.merging import plain_name
from vaxkit.ruledata.policies.reading import PolicyFile, joined, read_policies, read_policy, shipped_policies
from vaxkit.ruledata.policies.writing import Heading, written
from vaxkit.vocabulary import Source, Text

FAULTY, COULD_NOT_RUN = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    try:
        lines = _check(options) if options.command == "check" else _to_yaml(options)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    except PolicyError as error:
        sys.stderr.write(f"{error}\n")
        return FAULTY
    except (CdsiDataError, OSError, KeyError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.ruledata",
        description="规则数据：检查政策文件，或把美国CDC的规则数据写成政策文件。"
        "Rule data: check policy files, or write CDC's supporting data as policy files.",
        epilog="Exit code 0: well; 1: faults in the files; 2: it could not run.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="检查政策文件 / check policy files")
    check.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="文件或目录 / files or folders")
    check.add_argument(
        "--with-shipped",
        action="store_true",
        help="与随产品发布的政策一起 / together with the shipped policies",
    )
    check.add_argument(
        "--on",
        type=date.fromisoformat,
        default=date.max,
        metavar="DAY",
        help="某日的规则 / rules of that day (all files)",
    )
    to = commands.add_parser("to-yaml", help="把CDC的规则数据写成政策 / write CDC's data as policies")
    to.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="XML目录；“-”为随附的4.64版 / folder of XML; - for the shipped 4.64",
    )
    to.add_argument("out", type=Path, metavar="OUT", help="写入的目录 / folder to write into")
    to.add_argument("--group", metavar="GROUP", help="只写一个疫苗组 / one vaccine group alone, such as HPV")
    to.add_argument("--code", metavar="CODE", help="政策代码 / the policy's code")
    to.add_argument(
        "--from",
        dest="effective_on",
        type=date.fromisoformat,
        default=date(2020, 1, 1),
        metavar="DAY",
        help="首日 / first day",
    )
    return parser.parse_args(arguments)


def _check(options: argparse.Namespace) -> Iterator[str]:
    found: list[PolicyFile] = [*read_policies([shipped_policies()])] if options.with_shipped else []
    for path in options.paths:
        found += read_policies([path]) if path.is_dir() else [read_policy(path)]
    policies = [row for row in joined(found) if row.effective_on <= options.on]
    rules = build(policies, options.on)
    for row in policies:
        words = row.source.document
        yield f"{row.origin.file}: {row.code} {row.raw['version']}, {row.effective_on}: {words.zh} / {words.en}"
    yield from _told(rules)


def _told(rules: PolicySet) -> Iterator[str]:
    yield f"规则 rules: {len(rules.statements)}; 产品 products: {len(rules.vaccines)}"
    for name, group in rules.groups.items():
        series = [row for antigen in group.antigens for row in rules.antigens[antigen].series]
        doses = sum(len(row.doses) for row in series)
        beyond = uncovered(rules, name)
        how = f"逐人判断 one by one ({'; '.join(beyond)})" if beyond else "可批量计算 in batch"
        yield f"{name}: 程序 series {len(series)}, 剂次 doses {doses}; {how}"


def _to_yaml(options: argparse.Namespace) -> Iterator[str]:
    shipped = str(options.folder) == "-"
    rules: RuleSet = read_shipped_cdsi() if shipped else read_cdsi(options.folder)
    release = rules.version.removeprefix("supporting-data-")
    if options.group is not None and options.group not in rules.groups:
        raise CdsiDataError(f"no vaccine group {options.group!r}; there are: {', '.join(rules.groups)}")
    code = options.code or "-".join(
        ["cdsi", plain_name(release), *([plain_name(options.group)] if options.group else [])]
    )
    what = f" {options.group}" if options.group else ""
    heading = Heading(
        code=code,
        title=Text(f"美国CDC规则数据 {release}{what}", f"CDC's CDSi supporting data {release}{what}"),
        effective_on=options.effective_on,
        source=Source(Text(f"CDSi规则数据 {release}", f"CDSi supporting data {release}"), "V"),
    )
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in written(rules, heading, options.group).items():
        (options.out / name).write_text(text, encoding="utf-8")
        yield str(options.out / name)
    if options.group is None:
        yield from _read_back(rules, options.out)


def _read_back(rules: RuleSet, folder: Path) -> Iterator[str]:
    """What was written is read again and compared with what it came from, part by part."""
    other = differing(rules, build(read_policies([folder]), date.max))
    if other:
        raise CdsiDataError(f"read back, it is not the same: {', '.join(other[:5])}")
    yield "读回后与原数据逐项相同 / read back, it is the same model in every part"


if __name__ == "__main__":
    raise SystemExit(main())
