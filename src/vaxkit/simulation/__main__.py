"""Simulate a site's day from a plan file: python -m vaxkit.simulation run PLAN."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence

from vaxkit.faults import Fault, Faulty
from vaxkit.ruledata.plans import example_names, example_text, plan_schema
from vaxkit.simulation.overrides import overridden
from vaxkit.simulation.plan import SitePlan
from vaxkit.simulation.reading import read_plan
from vaxkit.simulation.running import simulate
from vaxkit.speaking import complain, plan_in, plan_text
from vaxkit.vocabulary import Text

_PLAN = "方案文件（YAML 或 JSON），- 为标准输入，example:名称 为自带示例 / plan file, - for stdin, or example:NAME"
_MOST_REPLICATIONS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: done; 2: the plan or the command cannot be used, the reasons are on stderr."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except Faulty as error:
        complain(error)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.simulation",
        description="接种点一天的模拟 / simulate a vaccination site's day",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = _with_plan(commands.add_parser("run", help="模拟 / simulate"), _run)
    run.add_argument(
        "--replications",
        type=_counted(_MOST_REPLICATIONS),
        default=100,
        metavar="N",
        help="模拟多少天 / days (100)",
    )
    run.add_argument(
        "--seed", type=_whole, default=1, metavar="S", help="种子，同种子同结果 / same seed, same result (1)"
    )
    run.add_argument(
        "--threads", type=_counted(1024), metavar="N", help="线程，不影响结果 / does not change the result"
    )
    run.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    run.add_argument("--lang", choices=("zh", "en"), default="zh", help="表格语言 / language of the table")
    _with_plan(commands.add_parser("validate", help="检查方案 / check a plan"), _validate)
    staffing = _with_plan(
        commands.add_parser("staffing", help="最少人员 / smallest staffing for a promise"), _staffing
    )
    staffing.add_argument(
        "--promise", type=float, required=True, metavar="MINUTES", help="等待不超过多少分钟 / wait at most"
    )
    staffing.add_argument(
        "--probability", type=float, default=0.9, metavar="P", help="多大比例的人 / for this share (0.9)"
    )
    staffing.add_argument(
        "--replications", type=_counted(_MOST_REPLICATIONS), default=60, metavar="N", help="(60)"
    )
    staffing.add_argument("--seed", type=_whole, default=1, metavar="S")
    staffing.add_argument("--hourly", action="store_true", help="每小时一个人数 / one number an hour")
    staffing.add_argument(
        "--load",
        action="store_true",
        help="反过来：现有人员能承担多大客流 / what load the plan's staffing bears",
    )
    staffing.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    staffing.add_argument("--lang", choices=("zh", "en"), default="zh")
    schema = commands.add_parser("schema", help="输出 JSON Schema / print the JSON Schema")
    schema.set_defaults(run=lambda options: print(json.dumps(plan_schema(), ensure_ascii=False, indent=2)))
    example = commands.add_parser("example", help="列出或输出自带示例 / list or print the shipped plans")
    example.add_argument("name", nargs="?")
    example.set_defaults(run=_example)
    return parser


def _with_plan(
    parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], None]
) -> argparse.ArgumentParser:
    parser.add_argument("plan", metavar="PLAN", help=_PLAN)
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", dest="changes",
        help="改方案：stations.entrance.servers=8 / change the plan",
    )  # fmt: skip
    parser.set_defaults(run=run)
    return parser


def _run(options: argparse.Namespace) -> None:
    plan = _read(options)
    result = simulate(plan, replications=options.replications, seed=options.seed, threads=options.threads)
    if options.json:
        from vaxkit.simulation.results import as_document

        print(json.dumps(as_document(result), ensure_ascii=False))
    else:
        from vaxkit.simulation.tables import table

        print(table(result, options.lang))


def _validate(options: argparse.Namespace) -> None:
    plan = _read(options)
    print(f"方案可用 / the plan can be used: {plan.title.zh} / {plan.title.en}")


def _staffing(options: argparse.Namespace) -> None:
    from vaxkit.simulation import staffing
    from vaxkit.simulation.results import as_document

    plan = _read(options)
    if not (0 < options.probability < 1 and 0 <= options.promise < math.inf):
        raise _error(
            "--promise --probability",
            Text("须为 ≥0 的分钟数与 0 到 1 之间的比例", "need minutes ≥ 0 and a share between 0 and 1"),
        )
    promise = staffing.Promise(options.promise, options.probability)
    if options.load:
        load = staffing.bearable_load(plan, promise, replications=options.replications, seed=options.seed)
        print(
            json.dumps(as_document(load), ensure_ascii=False)
            if options.json
            else load.explanation.in_(options.lang)
        )
        return
    found = staffing.smallest_staffing(
        plan, promise, replications=options.replications, seed=options.seed, hourly=options.hourly
    )
    print(
        json.dumps(as_document(found), ensure_ascii=False)
        if options.json
        else found.explanation.in_(options.lang)
    )


def _example(options: argparse.Namespace) -> None:
    if options.name is None:
        print("\n".join(example_names()))
    else:
        print(_example_text(options.name), end="")


def _read(options: argparse.Namespace) -> SitePlan:
    name: str = options.plan
    example = name.removeprefix("example:")
    text = plan_text(name) if example == name else _example_text(example)
    return plan_in(name, text, lambda document: read_plan(overridden(document, options.changes)))


def _example_text(name: str) -> str:
    try:
        return example_text(name)
    except KeyError:
        names = ", ".join(example_names())
        raise _error(
            f"example:{name}",
            Text("没有这个示例", "there is no such example"),
            Text(f"可用的有：{names}。", f"There are: {names}."),
        ) from None


def _error(path: str, what: Text, fix: Text | None = None) -> Faulty:
    return Faulty([Fault(path, what, fix or Text("请改正。", "Correct it."))])


def _counted(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = _whole(text)
        if not 1 <= value <= most:
            raise argparse.ArgumentTypeError(f"须在 1 到 {most} 之间 / must lie between 1 and {most}")
        return value

    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是整数 / is not a whole number") from None


if __name__ == "__main__":
    sys.exit(main())
