"""Simulate a whole campaign from a plan file: python -m vaxkit.campaign run PLAN."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from vaxkit.campaign.outlook import Outlook, as_document
from vaxkit.campaign.plan import CampaignPlan
from vaxkit.campaign.reading import example_text, read_plan, schema
from vaxkit.campaign.running import run
from vaxkit.faults import Fault, Faulty
from vaxkit.speaking import complain, plan_in, plan_text
from vaxkit.vocabulary import Text

_PLAN = "方案文件（YAML 或 JSON），- 为标准输入，example 为自带示例 / plan file, - for stdin, or example"

#: Simulated days in one run: more do not fit into an ordinary computer's memory.
_MOST = 3_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: done; 2: the plan or the command cannot be used, the reasons are on stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.campaign", description="接种全程推演 / simulate a whole campaign"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    running = commands.add_parser("run", help="推演 / simulate")
    running.add_argument("plan", metavar="PLAN", help=_PLAN)
    running.add_argument("--replications", type=int, default=200, metavar="N", help="(200)")
    running.add_argument(
        "--seed", type=int, default=1, metavar="S", help="种子，同种子同结果 / same seed, same result (1)"
    )
    running.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    running.add_argument("--lang", choices=("zh", "en"), default="zh")
    checking = commands.add_parser("validate", help="检查方案 / check a plan")
    checking.add_argument("plan", metavar="PLAN", help=_PLAN)
    commands.add_parser("schema", help="输出 JSON Schema / print the JSON Schema")
    commands.add_parser("example", help="输出自带示例 / print the shipped plan")
    options = parser.parse_args(arguments)
    try:
        _do(options)
    except Faulty as error:
        complain(error)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def _do(options: argparse.Namespace) -> None:
    if options.command == "schema":
        print(json.dumps(schema(), ensure_ascii=False, indent=2))
    elif options.command == "example":
        print(example_text(), end="")
    elif options.command == "validate":
        plan = _read(options.plan)
        print(f"方案可用 / the plan can be used: {plan.title.zh} / {plan.title.en}")
    else:
        plan = _read(options.plan)
        if not 1 <= options.replications <= 100_000:
            raise _fault("--replications", Text("须为 1 到 100000", "need 1 to 100000"))
        if options.replications * plan.most_days > _MOST:
            most = _MOST // plan.most_days
            words = Text(
                f"{plan.most_days} 天的方案最多 {most} 次",
                f"{most} at most for a plan of {plan.most_days} days",
            )
            raise _fault("--replications", words)
        outlooks = run(plan, replications=options.replications, seed=options.seed)
        if options.json:
            print(json.dumps([as_document(each) for each in outlooks], ensure_ascii=False))
        else:
            print(table(plan, outlooks, options.lang))


def table(plan: CampaignPlan, outlooks: Sequence[Outlook], lang: str) -> str:
    """One line a scenario."""
    head = {
        "zh": "情形	达标日（九成范围）	达标可能	剂次	缺苗天数	未种成人次",
        "en": "scenario	reached on (90 %)	chance	doses	days without	sent away",
    }
    lines = [f"{plan.title.in_(lang)}", head[lang]]
    for each in outlooks:
        days = f"{each.finish or '–'} ({each.finish_early or '–'} … {each.finish_late or '–'})"
        lines.append(
            f"{each.title.in_(lang)}\t{days}\t{each.finished:.0%}\t{each.doses.mean:,.0f}\t{each.days_without_vaccine.mean:.1f}"
            f"\t{each.turned_away.mean:,.0f}"
        )
    return "\n".join(lines)


def _read(name: str) -> CampaignPlan:
    return plan_in(name, example_text() if name == "example" else plan_text(name), read_plan)


def _fault(path: str, what: Text) -> Faulty:
    return Faulty([Fault(path, what, Text("请改正。", "Correct it."))])


if __name__ == "__main__":
    sys.exit(main())
