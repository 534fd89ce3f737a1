"""People to sessions from a file: python -m vaxkit.assignment solve PROBLEM.json, replan PROBLEM.json --from PLAN.json."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment import documents
from vaxkit.assignment.check import broken_rules
from vaxkit.assignment.explain import Explainer
from vaxkit.assignment.former import former
from vaxkit.assignment.plan import Plan
from vaxkit.assignment.problem import Problem
from vaxkit.assignment.refused import Impossible
from vaxkit.assignment.replan import replan
from vaxkit.assignment.solve import solve
from vaxkit.faults import Faulty
from vaxkit.speaking import complain, document_in, put_out


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: solved and sound; 2: the problem cannot be used, the reasons are on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except Faulty as faulty:
        complain(faulty)
        return 2
    except Impossible as impossible:
        print(f"{impossible.reason.zh}{impossible.next_step.zh}", file=sys.stderr)
        print(f"{impossible.code}: {impossible.reason.en} {impossible.next_step.en}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.assignment",
        description="把人分派到接种点和场次 / people to sites and sessions",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("solve", help="求解 / solve")
    run.set_defaults(run=_solve)
    again = commands.add_parser(
        "replan", help="情况变化后重排，不受影响的人不动 / plan anew, who is not touched stays"
    )
    again.add_argument(
        "--from", dest="old", required=True, metavar="PLAN", help="原方案，solve 的输出 / the old plan, as solve put it out"
    )  # fmt: skip
    again.set_defaults(run=_replan)
    for command in (run, again):
        command.add_argument("problem", help="问题文件（JSON），- 为标准输入 / problem file, - for stdin")
        command.add_argument(
            "--explain", action="store_true", help="逐人说明理由 / say why, person by person"
        )
        command.add_argument("--lang", choices=("zh", "en"), default="zh")
    example = commands.add_parser("example", help="输出自带示例 / print the shipped problem")
    example.set_defaults(run=lambda _options: print(documents.example_text(), end=""))
    schema = commands.add_parser("schema", help="输出 JSON Schema / print the JSON Schema")
    schema.set_defaults(run=lambda _options: put_out(documents.schema()))
    return parser


def _solve(options: argparse.Namespace) -> None:
    problem = documents.read(document_in(options.problem))
    put_out(_told(options, problem, solve(problem), None))


def _replan(options: argparse.Namespace) -> None:
    problem = documents.read(document_in(options.problem))
    old = former(problem, document_in(options.old))
    plan = replan(problem, old.session, old.later, old.product)
    kept = (plan.session >= 0) & (plan.session == old.session)
    put_out(old.told(_told(options, problem, plan, kept)))


def _told(
    options: argparse.Namespace, problem: Problem, plan: Plan, kept: NDArray[np.bool_] | None
) -> dict[str, Any]:
    if broken := broken_rules(problem, plan):
        raise AssertionError(f"the plan breaks its own rules: {broken[:3]}")
    explainer = Explainer(problem, plan, kept) if options.explain else None
    why = (lambda who: explainer.explain(who).because.in_(options.lang)) if explainer else None
    return documents.written(problem, plan, why)


if __name__ == "__main__":
    sys.exit(main())
