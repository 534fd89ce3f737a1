"""Two files matched: python -m vaxkit.identity.matching match REGISTER.csv ROSTER.csv."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from vaxkit.faults import Fault, Faulty
from vaxkit.identity.matching import match
from vaxkit.identity.matching.explaining import told
from vaxkit.identity.matching.passes import Matches
from vaxkit.identity.matching.scores import Scores, score
from vaxkit.identity.matching.tables import HEADERS, Table, cells, read
from vaxkit.speaking import complain, put_out
from vaxkit.vocabulary import Text


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: every row has its verdict; 2: a file cannot be used, the reasons are on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except Faulty as faulty:
        complain(faulty)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vaxkit.identity.matching",
        description="名册与底册比对 / a roster against a registry",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("match", help="比对两个 CSV 文件 / match two CSV files")
    run.add_argument("register", help="底册（CSV）/ the registry")
    run.add_argument("roster", help="名册（CSV）/ the roster")
    run.add_argument("--out", help="结果写入此 CSV（不写则输出到屏幕）/ write the answer here, not to stdout")
    run.add_argument("--candidates", help="待核各行的候选人写入此 CSV / the candidates of every open row")
    run.add_argument(
        "--truth", help="真实对应关系（CSV：id,person[,bad_number]），用于评分 / known truth, to score by"
    )
    run.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    run.add_argument("--explain", action="store_true", help="逐行说明理由 / say why, row by row")
    run.add_argument("--lang", choices=("zh", "en"), default="zh")
    run.set_defaults(run=_match)
    columns = commands.add_parser("columns", help="能识别的表头 / the headers that are understood")
    columns.set_defaults(
        run=lambda _options: put_out({field: list(names) for field, names in HEADERS.items()})
    )
    return parser


def _match(options: argparse.Namespace) -> None:
    register, roster = (read(_bytes(path), path) for path in (options.register, options.roster))
    truth = None if options.truth is None else _truth(options.truth)
    answer = match(roster.columns, register.columns)
    verdicts = answer.verdicts
    if options.explain:
        verdicts = verdicts.with_columns(
            because=pl.Series([text.in_(options.lang) for text in told(answer)], dtype=pl.String)
        )
    if options.candidates:
        _write(answer.candidates, options.candidates)
    scores = None if truth is None else score(answer.verdicts, truth)
    summary = _summary(register, roster, answer, scores)
    if options.json:
        put_out({**summary, "rows": verdicts.to_dicts()})
    elif not options.out:
        sys.stdout.write(verdicts.write_csv())
    if options.out:
        _write(verdicts, options.out)
    if not options.json:
        for line in _lines(summary):
            print(line, file=sys.stderr)


def _summary(register: Table, roster: Table, answer: Matches, scores: Scores | None) -> dict[str, Any]:
    counts = dict(answer.verdicts["verdict"].value_counts().rows())
    made: dict[str, Any] = {
        "verdicts": {verdict: counts.get(verdict, 0) for verdict in ("same", "doubtful", "new")},
        "people": register.columns.height,
        "unread": {"register": register.unread, "roster": roster.unread},
        "ignored": {"register": list(register.ignored), "roster": list(roster.ignored)},
    }
    return made if scores is None else {**made, "scores": asdict(scores)}


def _lines(summary: dict[str, Any]) -> list[str]:
    counts = summary["verdicts"]
    made = [
        f"同一人 {counts['same']}，待核 {counts['doubtful']}，新增 {counts['new']}"
        f"  /  same {counts['same']}, doubtful {counts['doubtful']}, new {counts['new']}"
    ]
    for side, fields in summary["unread"].items():
        made += [
            f"{side}: {field} 有 {n} 格读不出，按空格处理  /  {n} cells not read, taken as empty"
            for field, n in fields.items()
        ]
    for side, headers in summary["ignored"].items():
        made += [f"{side}: 未使用的列  /  columns not used: {', '.join(headers)}"] if headers else []
    if "scores" in summary:
        made += [f"{name} {value}" for name, value in summary["scores"].items()]
    return made


def _truth(path: str) -> pl.DataFrame:
    frame = cells(_bytes(path), path)
    if not {"id", "person"} <= set(frame.columns):
        what = Text("真实对应关系须有 id 和 person 两列", "the truth needs the columns id and person")
        fix = Text("person 留空表示新增。", "Leave person empty for somebody new.")
        raise Faulty([Fault(path, what, fix)])
    if "bad_number" in frame.columns:
        said = pl.col("bad_number").str.to_lowercase().is_in(["1", "true", "yes", "是"])
        frame = frame.with_columns(bad_number=said.fill_null(False))
    return frame


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        what = Text(f"打不开（{error.strerror}）", f"cannot be opened ({error.strerror})")
        raise Faulty([Fault(path, what, Text("请核对文件名。", "Check the file's name."))]) from error


def _write(frame: pl.DataFrame, path: str) -> None:
    try:
        Path(path).write_text(frame.write_csv(), "utf-8-sig")
    except OSError as error:
        what = Text(f"写不进（{error.strerror}）", f"cannot be written ({error.strerror})")
        raise Faulty([Fault(path, what, Text("请换一个位置。", "Choose another place."))]) from error


if __name__ == "__main__":
    sys.exit(main())
