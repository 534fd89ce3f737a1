"""Doses over sites from a file: python -m vaxkit.allocation split FILE."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from vaxkit.allocation import documents
from vaxkit.allocation.delivery import Split, split_all
from vaxkit.allocation.documents import County
from vaxkit.allocation.forecast import Day, forecast
from vaxkit.allocation.transfers import transfers
from vaxkit.faults import Faulty
from vaxkit.speaking import complain, plan_in, plan_text, put_out
from vaxkit.vocabulary import Text

_FILE = "文件（YAML 或 JSON），- 为标准输入，example 为自带示例 / file, - for stdin, or example"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: done; 2: the file cannot be used, the reasons are on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except Faulty as faulty:
        complain(faulty)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.allocation", description="疫苗分配、余缺预测、调拨 / doses over sites"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    splitting = commands.add_parser("split", help="分配到货 / split the deliveries")
    splitting.set_defaults(run=_split)
    looking = commands.add_parser("forecast", help="逐日余缺 / shortage and surplus by day")
    looking.set_defaults(run=_forecast)
    moving = commands.add_parser("transfers", help="调拨建议 / moves between sites")
    moving.set_defaults(run=_transfers)
    for command in (looking, moving):
        command.add_argument(
            "--delivered", action="store_true", help="先按 split 分配到货 / with the deliveries as split would share them"
        )  # fmt: skip
    for command in (splitting, looking, moving):
        command.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
        command.add_argument("--lang", choices=("zh", "en"), default="zh")
    checking = commands.add_parser("validate", help="检查文件 / check a file")
    checking.set_defaults(run=_validate)
    for command in (splitting, looking, moving, checking):
        command.add_argument("file", metavar="FILE", help=_FILE)
    schema = commands.add_parser("schema", help="输出 JSON Schema / print the JSON Schema")
    schema.set_defaults(run=lambda _options: put_out(documents.schema()))
    example = commands.add_parser("example", help="输出自带示例 / print the shipped file")
    example.set_defaults(run=lambda _options: print(documents.example_text(), end=""))
    return parser


def _read(name: str) -> County:
    text = documents.example_text() if name == "example" else plan_text(name)
    return plan_in(name, text, documents.read)


def _dealt(county: County) -> tuple[tuple[Split, ...], County]:
    """The deliveries split, and the county with them on their way."""
    splits, sites = split_all(
        county.deliveries, county.sites, until=county.last, first=county.first, fixed=county.fixed
    )
    return splits, replace(county, sites=sites)


def _asked(options: argparse.Namespace) -> County:
    county = _read(options.file)
    return _dealt(county)[1] if options.delivered else county


def _validate(options: argparse.Namespace) -> None:
    county = _read(options.file)
    print(f"文件可用 / the file can be used: {county.title or options.file}")


def _split(options: argparse.Namespace) -> None:
    county = _read(options.file)
    splits, _after = _dealt(county)
    if options.json:
        put_out(documents.split_document(splits))
        return
    for each in splits:
        made = each.delivery
        head = Text(
            "{product} {lot} {doses} 剂（{expires} 到期）：留库 {kept} 剂",
            "{product} {lot}, {doses} doses (expiring {expires}): {kept} stay in the store",
        ).filled(
            product=county.names[made.product],
            lot=made.lot,
            doses=made.doses,
            expires=made.expires_on,
            kept=each.kept,
        )
        print(head.in_(options.lang))
        for share in each.shares:
            print(f"  {county.names[share.site]}\t{share.doses}\t{share.because.in_(options.lang)}")


def _forecast(options: argparse.Namespace) -> None:
    county = _asked(options)
    found = forecast(county.sites, county.first, county.days)
    if options.json:
        put_out(documents.forecast_document(county, found))
        return
    for line in _lines(county, found.days, options.lang):
        print(line)


def _lines(county: County, days: Sequence[Day], lang: str) -> Iterator[str]:
    """A line for each day on which other people wait for a dose than the day before, or doses expire; and what becomes of all."""
    words = Text(
        "{day}  {site}  {product}：接种 {used}，等苗 {no_dose}，过期 {expired}，剩余 {left}",
        "{day}  {site}  {product}: {used} given, {no_dose} wait for a dose, {expired} expire, {left} left",
    )
    before: dict[tuple[str, str], int] = {}
    for day in sorted(days, key=lambda each: each.day):
        place = day.site, day.product
        changed = day.no_dose != before.get(place, 0)
        before[place] = day.no_dose
        if changed or day.expired:
            yield words.in_(lang).format(
                day=day.day, site=county.names[day.site], product=county.names[day.product], used=day.used, no_dose=day.no_dose,
                expired=day.expired, left=day.left,
            )  # fmt: skip
    total = Text(
        "合计：接种 {used} 剂，过期 {expired} 剂，剩余 {left} 剂；期末等待 {waiting} 人，其中等苗 {waiting_for_a_dose} 人",
        "In all: {used} given, {expired} expired, {left} left; {waiting} wait at the end, {waiting_for_a_dose} of them for a dose",
    )
    yield total.in_(lang).format(**documents.summed(county, days))


def _transfers(options: argparse.Namespace) -> None:
    county = _asked(options)
    moves = transfers(county.sites, county.km, county.first, county.days, pack=county.packs)
    if options.json:
        put_out(documents.transfers_document(moves))
        return
    for move in moves:
        said = move.because.in_(options.lang)
        print(f"{county.names[move.product]}  {move.lot}  {said}")
    if not moves:
        print(Text("没有需要调拨的。", "Nothing needs to be moved.").in_(options.lang))


if __name__ == "__main__":
    sys.exit(main())
