"""A roster from a file: python -m vaxkit.rostering solve PLAN.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from vaxkit.faults import Faulty
from vaxkit.rostering import documents
from vaxkit.rostering.check import broken_rules
from vaxkit.rostering.explain import explain
from vaxkit.rostering.problem import Problem
from vaxkit.rostering.solve import EFFORT, PinsBreakRules, Roster, solve
from vaxkit.speaking import complain, plan_in, plan_text, put_out
from vaxkit.vocabulary import Text


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: every shift is filled; 1: a roster was made, but people are missing, the reasons are told; 2: the plan cannot be
    used, the reasons are on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except Faulty as faulty:
        complain(faulty)
    except PinsBreakRules as refused:
        for each in refused.breaks:
            print(f"{each.words.zh}  /  {each.words.en}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.rostering", description="接种点排班 / rosters of a site"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("solve", help="排班 / make the roster")
    run.add_argument("plan", help="方案文件（JSON 或 YAML），- 为标准输入 / plan file, - for stdin")
    run.add_argument("--seed", type=int, default=1, help="种子，同种子同结果 / same seed, same roster (1)")
    run.add_argument(
        "--threads", type=int, default=1, help="线程，多于 1 结果可能不同 / more than 1 may differ (1)"
    )
    run.add_argument("--effort", type=float, default=EFFORT, help=f"求解步数上限 / solver steps ({EFFORT:g})")
    run.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    run.add_argument("--lang", choices=("zh", "en"), default="zh")
    run.set_defaults(run=_solve)
    example = commands.add_parser("example", help="输出自带示例 / print the shipped plan")
    example.set_defaults(run=_example)
    schema = commands.add_parser("schema", help="输出 JSON Schema / print the JSON Schema")
    schema.set_defaults(run=_schema)
    return parser


def _solve(options: argparse.Namespace) -> int:
    problem = plan_in(options.plan, plan_text(options.plan), documents.read)
    roster = solve(problem, seed=options.seed, threads=options.threads, effort=options.effort)
    if broken := broken_rules(problem, roster.duties):
        raise AssertionError(f"the roster breaks its own rules: {broken[:3]}")
    told = explain(problem, roster, seed=options.seed)
    if options.json:
        put_out(documents.written(problem, roster, told))
    else:
        _show(problem, roster, options.lang)
        for words in told.words:
            print(words.in_(options.lang))
    return 1 if roster.gaps else 0


def _schema(_options: argparse.Namespace) -> int:
    put_out(documents.schema())
    return 0


def _example(_options: argparse.Namespace) -> int:
    print(documents.example_text(), end="")
    return 0


def _show(problem: Problem, roster: Roster, lang: str) -> None:
    names = {worker.id: worker.name or worker.id for worker in problem.workers}
    for key, people in sorted(problem.wanted.items()):
        on, shift, role = key
        who = [names[duty.who] for duty in roster.duties if (duty.on, duty.shift, duty.role) == key]
        short = people - len(who)
        gap = Text("  缺 {short} 人", "  {short} missing").in_(lang).format(short=short) if short > 0 else ""
        title = problem.shift[shift].name or shift
        print(f"{on}  {title}  {problem.role_names.get(role, role)}  {', '.join(who)}{gap}")


if __name__ == "__main__":
    sys.exit(main())
