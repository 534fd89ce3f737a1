"""CSV and its relatives: which encoding, which delimiter, and the records in it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .unreadable import UnreadableFile

_BLOCK = 1024 * 1024
# A guess that ends in a one-byte encoding "fits" any bytes at all, so only these are believed.
_BELIEVED_GUESSES = (
    "big5",
    "big5hkscs",
    "cp950",
    "utf_32",
    "utf_16",
    "shift_jis",
    "cp932",
    "euc_kr",
    "cp949",
)
_WORDS = ("姓名", "身份", "号码", "电话", "性别", "地址", "日期", "村", "镇", "编号", "名称")
_TRADITIONAL_WORDS = ("姓名", "身份", "證", "號", "電話", "性別", "地址", "日期", "村", "鎮", "編號", "名稱")
_DELIMITERS = (",", "\t", ";", "|", "，")
CELL_CHARACTERS = 40_000
_LONGEST_LOOK = 8 * 1024 * 1024


@dataclass(frozen=True)
class Dialect:
    """How a text table is written."""

    encoding: str
    delimiter: str
    skip_lines: int = 0


def examine(path: Path) -> Dialect:
    """Encoding and delimiter of a text table. Raises UnreadableFile if the encoding is not known."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        sample = stream.read(256 * 1024)
    if not sample.strip("\ufeff\x00 \t\r\n"):
        raise UnreadableFile("file.empty")
    is_binary = sample.count("\x00") > len(sample) // 20
    if is_binary or sum(sample.count(chr(n)) for n in (1, 2, 3, 4, 5, 6)) > len(sample) // 200:
        raise UnreadableFile("file.not_a_spreadsheet", kind="二进制文件", kind_en="a binary file")
    first_line = sample.lstrip("\ufeff").split("\n", 1)[0].strip()
    if first_line.lower().startswith("sep=") and len(first_line) == 5:
        return Dialect(encoding, first_line[4], skip_lines=1)
    return Dialect(encoding, delimiter_of(sample))


def encoding_of(path: Path) -> str:
    """ "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be" or "gb18030"; the whole file is tried, not a sample.

    UTF-8 is strict enough that text which passes is UTF-8. Text that fails in a few places but
    otherwise abounds with valid UTF-8 is damaged UTF-8: reading it as GB18030 would succeed and give
    rubbish, so it is refused.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _confirmed(path, "utf-16")
    nul_even, nul_odd = head[0::2].count(0), head[1::2].count(0)
    if nul_even + nul_odd > len(head) // 10:
        return _confirmed(path, "utf-16-le" if nul_odd > nul_even else "utf-16-be")
    if _decodes(path, "utf-8-sig"):
        return "utf-8-sig"
    _refuse_damaged_utf8(path)
    if _decodes(path, "gb18030"):
        return "big5hkscs" if _speaks_big5(path, head) else "gb18030"
    return _confirmed(path, _guess(head))


def _speaks_big5(path: Path, head: bytes) -> bool:
    """Traditional text of Big5 is valid GB18030 too, and rubbish there: the words of a table's head tell."""
    simplified, traditional = (
        head.decode(encoding, errors="replace") for encoding in ("gb18030", "big5hkscs")
    )
    known = sum(word in traditional for word in _TRADITIONAL_WORDS)
    return known >= 2 and not any(word in simplified for word in _WORDS) and _decodes(path, "big5hkscs")


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts the sample's lines into the most columns, most evenly; a comma if none does."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            reader = csv.reader(sample.splitlines()[:60], delimiter=delimiter, skipinitialspace=True)
            widths = [len(record) for record in reader if record]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        score = usual**0.5 * wide.count(usual) / len(widths)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def records(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    """The records of the file in order. Raises UnreadableFile for a cell that is too long, and for an unpaired quotation mark,
    which makes one cell of all that follows."""
    csv.field_size_limit(CELL_CHARACTERS)
    with path.open(encoding=dialect.encoding, newline="", errors="strict") as stream:
        for _ in range(dialect.skip_lines):
            stream.readline()
        lines = (line.replace("\x00", "") for line in stream)
        reader = csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=True)
        started_on = 1
        try:
            for record in reader:
                if reader.line_num > started_on and any(_has_swallowed(cell, dialect) for cell in record):
                    raise UnreadableFile("file.quotes", line=started_on + dialect.skip_lines)
                started_on = reader.line_num + 1
                yield record
        except csv.Error as error:
            line = started_on + dialect.skip_lines
            if _is_well_quoted(path, dialect, line):
                raise UnreadableFile("file.cell_too_long", line=line, limit=CELL_CHARACTERS) from error
            raise UnreadableFile("file.quotes", line=line) from error
        except UnicodeError as error:
            raise UnreadableFile("file.encoding") from error


def _has_swallowed(cell: str, dialect: Dialect) -> bool:
    """Whether a cell holds lines of the table: an unpaired quotation mark makes one cell of them."""
    lines = cell.count("\n") or cell.count("\r")
    return lines > 0 and cell.count(dialect.delimiter) >= 2 * lines


def unquoted(cell: str) -> str:
    """The text of a cell. Many programs write ="110117…" so that a spreadsheet keeps a long number as text."""
    return cell[2:-1].strip() if len(cell) > 3 and cell.startswith('="') and cell.endswith('"') else cell


def _is_well_quoted(path: Path, dialect: Dialect, first_line: int) -> bool:
    """Whether the record that begins on a line ends as it should, however long its cells are."""
    csv.field_size_limit(_LONGEST_LOOK)
    with path.open(encoding=dialect.encoding, newline="", errors="replace") as stream:
        lines = (line.replace("\x00", "") for line in islice(stream, first_line - 1, None))
        try:
            next(csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=True, strict=True), None)
        except csv.Error:
            return False
        finally:
            csv.field_size_limit(CELL_CHARACTERS)
    return True


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _confirmed(path: Path, encoding: str | None) -> str:
    if encoding is None or not _decodes(path, encoding):
        raise UnreadableFile("file.encoding")
    return encoding


def _refuse_damaged_utf8(path: Path) -> None:
    """Damaged UTF-8 has far more well-formed three-byte characters than errors; GBK text has almost none."""
    with path.open("rb") as stream:
        content = stream.read(4 * _BLOCK)
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if "\u2e80" <= character <= "\uffef" and character != "\ufffd")
    if broken and whole > 20 * broken:
        raise UnreadableFile("file.encoding_mixed", line=text[: text.index("\ufffd")].count("\n") + 1)


def _guess(head: bytes) -> str | None:
    from charset_normalizer import from_bytes

    match = from_bytes(head).best()
    return match.encoding if match is not None and match.encoding in _BELIEVED_GUESSES else None
