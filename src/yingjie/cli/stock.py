"""`yj stock`: whether stock, its ledger and the doses on record agree; and balances made anew from the ledger."""

import sys

import click

from yingjie.cli.instance import ready
from yingjie.cli.speech import AT_FAULT, Commands, as_json, both, say

_WORDS = {
    "balance": ("结存与流水不符", "a balance is not the sum of its movements"),
    "overused": ("追溯码使用超过其剂数", "a code was used beyond its doses"),
    "two_places": ("同一追溯码在两处有余量", "a code lies at two places with doses in it"),
    "record": ("有接种记录而无出库", "a dose is on record for which nothing left the stock"),
    "stock": ("有出库而无接种记录", "a dose left the stock for which nothing is on record"),
}
SHOWN = 20


@click.group(cls=Commands, help=both("疫苗库存与流水。", "Vaccine stock and its ledger."))
def stock() -> None:
    pass


@stock.command(
    help=both(
        "核对：结存＝流水之和，追溯码不超用，接种记录与出库一一对应。有不符时以 3 退出。",
        "Check: balances are the sums of their movements, no code is used beyond its doses, doses on record and doses that"
        " left the stock match one to one. Exits with 3 where something does not.",
    )
)
@click.option("--json", "machine", is_flag=True)
def check(machine: bool) -> None:
    with ready(machine):
        from yingjie.doses.against_stock import unmatched
        from yingjie.stock.checking import faults

        found = [
            *((each.kind, each.about, each.found, each.expected) for each in faults()),
            *((each.side, str(each.dose_id), 1, 0) for each in unmatched()),
        ]
    if machine:
        as_json([dict(zip(("kind", "about", "found", "expected"), each, strict=True)) for each in found])
    else:
        for kind, about, is_now, expected in found[:SHOWN]:
            zh, en = _WORDS[kind]
            say(f"✗ {zh}：{about}（{is_now} / {expected}）", f"✗ {en}: {about} ({is_now} / {expected})")
        if not found:
            say("✓ 库存、流水与接种记录一致。", "✓ Stock, ledger and doses on record agree.")
        else:
            say(f"共 {len(found)} 处不符。", f"{len(found)} do not agree.")
    if found:
        sys.exit(AT_FAULT)


@stock.command(
    help=both(
        "按流水重建结存；一致时不改动任何一行。",
        "Make balances what their movements sum to; where they agree, no row changes.",
    )
)
@click.option("--json", "machine", is_flag=True)
def rebuild(machine: bool) -> None:
    with ready(machine):
        from yingjie.foundation.access.actor import system
        from yingjie.stock.ledger import rebuild as rebuild_balances

        changed = rebuild_balances(by=system("command line"))
    if machine:
        as_json({"changed": changed})
    else:
        say(f"重建完成，有变化的 {changed} 项。", f"Rebuilt; {changed} balances changed.")
