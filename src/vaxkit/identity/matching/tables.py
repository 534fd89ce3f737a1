"""People in a CSV file as columns to be matched: headers in Chinese or English, cells as people write them.

Nothing is guessed: a birth date, a sex or a number that cannot be read counts as missing, and how many did is told.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from vaxkit.faults import Fault, Faulty
from vaxkit.identity.dates import parse_date
from vaxkit.identity.documents import is_no_number
from vaxkit.identity.matching.columns import Columns
from vaxkit.vocabulary import Text

HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "pid", "uid", "row_no", "person_id", "record_id", "编号", "序号", "行号", "人员编号"),
    "name": ("name", "full_name", "姓名", "名字"),
    "number": (
        "number", "id_no", "id_number", "document", "document_number", "身份证号", "身份证号码", "身份证",
        "证件号码", "证件号", "公民身份号码",
    ),
    "born_on": ("born_on", "dob", "birth", "birth_date", "birth_on", "date_of_birth", "出生日期", "出生年月日", "生日"),
    "sex": ("sex", "gender", "性别"),
    "phones": ("phones", "phone", "mobile", "tel", "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式"),
    "address": ("address", "addr", "地址", "住址", "家庭住址", "现住址", "居住地址"),
    "village": ("village", "village_code", "area", "村", "村代码", "村社区", "村（社区）", "村(社区)", "村居", "区划代码"),
    "household": ("household", "house", "户号", "户编号", "家庭编号"),
}  # fmt: skip
"""Field of `Columns` → the headers it is known by (capital letters and spaces do not matter)."""
_FIELD_OF: Final = {header: field for field, headers in HEADERS.items() for header in headers}
_SEXES: Final = {"男": "male", "m": "male", "male": "male", "1": "male", "男性": "male",
                 "女": "female", "f": "female", "female": "female", "2": "female", "女性": "female"}  # fmt: skip
_SPOILT: Final = r"(?i)^\d+(\.\d+)?e\+?\d+$|^\d+\.\d*$|\*"


@dataclass(frozen=True, slots=True)
class Table:
    """What one file says. `unread`: field → how many of its cells could not be read; `ignored`: headers not known."""

    columns: Columns
    unread: dict[str, int]
    ignored: tuple[str, ...]


def read(raw: bytes, file: str) -> Table:
    """The file's people. Without a column of ids the rows are called by their line in the file (2 is the first). Raises
    Faulty for a file that is no table, has no names, has a field twice, or ids that are missing or not unique."""
    frame = cells(raw, file)
    found: dict[str, str] = {}
    ignored: list[str] = []
    for header in frame.columns:
        field = _FIELD_OF.get(_bare(header))
        if field is None:
            ignored.append(header)
        elif field in found:
            raise Faulty([_twice(file, header, found[field])])
        else:
            found[field] = header
    if "name" not in found:
        raise Faulty([_no_name(file)])
    frame = frame.select(**{field: pl.col(header) for field, header in found.items()})
    if "id" not in found:
        frame = frame.with_columns(id=pl.Series([str(at + 2) for at in range(frame.height)], dtype=pl.String))
    elif not _unique(frame["id"]):
        raise Faulty([_bad_ids(file, found["id"], frame["id"])])
    unread: dict[str, int] = {}
    for field, told in (("number", _numbers), ("born_on", _births), ("sex", _sexes)):
        if field in frame.columns:
            was = frame[field]
            frame = frame.with_columns(told(was).alias(field))
            lost = int(
                (frame[field].is_null() & ~was.map_elements(_says_nothing, return_dtype=pl.Boolean)).sum()
            )
            unread |= {field: lost} if lost else {}
    if "phones" in frame.columns:
        frame = frame.with_columns(
            pl.col("phones").str.replace_all(r"[,，;；/、|\s]+", " ").str.strip_chars()
        )
    if "village" in frame.columns:
        frame = frame.with_columns(_villages(frame["village"]))
    return Table(Columns.of(frame), unread, tuple(ignored))


def cells(raw: bytes, file: str) -> pl.DataFrame:
    """Every cell as text, null where empty. UTF-8 with or without a mark, or GB 18030; commas, semicolons or tabs."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Faulty([_unreadable(file, error)]) from error
    head = text.partition("\n")[0]
    sign = max(",;\t", key=head.count)
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), separator=sign, infer_schema=False)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise Faulty([_unreadable(file, error)]) from error
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def _bare(header: str) -> str:
    return "".join(header.split()).lower()


def _unique(ids: pl.Series) -> bool:
    return ids.null_count() == 0 and ids.n_unique() == len(ids)


def _says_nothing(cell: str | None) -> bool:
    return is_no_number(cell)


def _numbers(cells: pl.Series) -> pl.Series:
    """Numbers; null for "无" and its like, for figures that a spreadsheet spoilt and for masked ones."""
    said = _each(cells, lambda cell: None if is_no_number(cell) else cell)
    return pl.select(pl.when(~said.str.contains(_SPOILT)).then(said)).to_series()


def _births(cells: pl.Series) -> pl.Series:
    def read(cell: str | None) -> date | None:
        made = parse_date(cell)
        return made if isinstance(made, date) else None

    return _each(cells, read, pl.Date)


def _sexes(cells: pl.Series) -> pl.Series:
    return _each(cells, lambda cell: _SEXES.get((cell or "").lower()))


def _each(
    cells: pl.Series, read: Callable[[str | None], Any], kind: type[pl.DataType] = pl.String
) -> pl.Series:
    """`read` of every cell, each different cell read once."""
    asked = cells.unique()
    made = pl.DataFrame({"was": asked, "made": pl.Series([read(cell) for cell in asked], dtype=kind)})
    return pl.DataFrame({"was": cells}).join(
        made, on="was", how="left", nulls_equal=True, maintain_order="left"
    )["made"]


def _villages(cells: pl.Series) -> pl.Series:
    """Codes as they are; a village written by its name gets a code of its own, far from all real ones."""
    named = ~cells.str.contains(r"^\d{12}").fill_null(True)
    if not named.any():
        return cells
    code = pl.format("9{}", (cells.hash() % 10**11).cast(pl.String).str.zfill(11))
    return pl.select(village=pl.when(named).then(code).otherwise(cells)).to_series()


def _unreadable(file: str, error: Exception) -> Fault:
    return Fault(
        file,
        Text(f"读不出表格（{error}）", f"cannot be read as a table ({error})"),
        Text("请另存为 CSV（UTF-8）后重试。", "Save it as CSV (UTF-8) and try again."),
    )


def _no_name(file: str) -> Fault:
    return Fault(
        file,
        Text("没有姓名一列", "there is no column of names"),
        Text("表头请写“姓名”或 name。", "Call one column 姓名 or name."),
    )


def _twice(file: str, header: str, other: str) -> Fault:
    return Fault(
        file,
        Text(f"“{other}”与“{header}”是同一项", f"{other} and {header} are one field"),
        Text("请只留一列。", "Keep one of the two."),
    )


def _bad_ids(file: str, header: str, ids: pl.Series) -> Fault:
    if ids.null_count():
        line = int(ids.is_null().arg_true()[0]) + 2
        what = Text(f"第 {line} 行没有编号（{header}）", f"line {line} has no {header}")
    else:
        again = ids.filter(ids.is_duplicated())[0]
        what = Text(f"编号 {again} 出现不止一次（{header}）", f"{header} {again} stands more than once")
    fix = Text(
        "编号须各不相同；也可删去这一列，改用行号。",
        "Make them unique, or leave the column out: lines are used then.",
    )
    return Fault(file, what, fix)
