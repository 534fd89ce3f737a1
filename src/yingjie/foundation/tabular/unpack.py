"""Make a workbook safe to hand to the spreadsheet library.

The library builds a dense grid from the first to the last cell it meets, blank ones included: one
formatted but empty cell in the last corner of a sheet costs gigabytes or the whole process. So every
worksheet is copied without its blank cells first; such files are common and then read like any other.
The copy also enforces how much may be unpacked.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .unreadable import UnreadableFile

_BLANK_CELL = re.compile(
    rb"<(?:\w+:)?c(?:\s[^<>]*)?(?:/>|>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>)"
)
_BLOCK = 1024 * 1024
_SUSPICIOUS_FROM_BYTES = 64 * 1024 * 1024
_SUSPICIOUS_RATIO = 300
_LEFT_OUT = (
    "xl/media/",
    "xl/embeddings/",
    "xl/printersettings/",
    "xl/drawings/",
    "xl/charts/",
    "xl/vbaproject",
    "xl/pivotcache/",
    "xl/externallinks/",
    "customxml/",
    "docprops/",
)


def without_blank_cells(path: Path, copy: Path, *, unpacked_bytes: int) -> None:
    """Write `path` (an XLSX) to `copy` without blank cells and without parts that hold no cells.

    Raises UnreadableFile if it is broken or unpacks to more than `unpacked_bytes`.
    """
    budget = unpacked_bytes
    try:
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
            members = [m for m in source.infolist() if not m.filename.lower().startswith(_LEFT_OUT)]
            _check_declared(members, path.stat().st_size, unpacked_bytes)
            for member in members:
                is_sheet = re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename.lower()) is not None
                with (
                    source.open(member) as packed,
                    target.open(member.filename, "w", force_zip64=True) as plain,
                ):
                    for block in _stripped(packed) if is_sheet else _blocks(packed):
                        budget -= len(block)
                        if budget < 0:
                            raise UnreadableFile("file.unpacks_too_large")
                        plain.write(block)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise UnreadableFile("file.broken") from error


def check_archive(path: Path, *, unpacked_bytes: int) -> None:
    """Refuse an archive whose parts unpack to too much; for formats that are read as they are."""
    try:
        with zipfile.ZipFile(path) as source:
            _check_declared(source.infolist(), path.stat().st_size, unpacked_bytes)
    except zipfile.BadZipFile as error:
        raise UnreadableFile("file.broken") from error


def _check_declared(members: list[zipfile.ZipInfo], packed_bytes: int, unpacked_bytes: int) -> None:
    total = sum(member.file_size for member in members)
    is_bomb = total > _SUSPICIOUS_FROM_BYTES and total > _SUSPICIOUS_RATIO * packed_bytes
    if is_bomb or total > unpacked_bytes or len(members) > 10_000:
        raise UnreadableFile("file.unpacks_too_large")


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _stripped(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream without blank cells. Blocks are cut after the end of a row, so that no cell is
    ever cut in two.
    """
    if (start := stream.read(4)).startswith((b"\xff\xfe", b"\xfe\xff")):
        yield start  # UTF-16 parts are legal but nobody writes them; leave them alone
        yield from _blocks(stream)
        return
    rest = start
    for block in _blocks(stream):
        rest += block
        cut = rest.rfind(b"</row>") + 6
        if cut < 6:
            cut = rest.rfind(b"</") if len(rest) > 16 * _BLOCK else 0
        if cut > 0:
            yield _BLANK_CELL.sub(b"", rest[:cut])
            rest = rest[cut:]
    yield _BLANK_CELL.sub(b"", rest)
