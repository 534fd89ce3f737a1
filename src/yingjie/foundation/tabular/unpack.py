"""Make a workbook safe to hand to the spreadsheet library.

The library builds a dense grid from the first to the last cell it meets, blank ones included: one
formatted but empty cell in the last corner of a sheet costs gigabytes or the whole process. So every
worksheet is copied without its blank cells first; such files are common and then read like any other.
The copy also enforces how much may be unpacked.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .cells import NO_RESULT
from .unreadable import UnreadableFile

_BLANK_CELL = re.compile(
    rb"<(?:\w+:)?c(?:\s[^<>]*)?(?:/>|>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>)"
)
_NO_RESULT = re.compile(
    rb"<c\s(?:[^<>]*\s)?r=\"([A-Z]+\d+)\"[^<>]*>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_HIDDEN_ROW = re.compile(rb"<row\s[^<>]*\bhidden=\"(?:1|true)\"[^<>]*>")
_ROW_NUMBER = re.compile(rb"\sr=\"(\d{1,7})\"")
_MOST_HIDDEN = 200_000
_LINK = re.compile(r"<Relationship\s[^<>]*>")
_SHEET = re.compile(r"<sheet\s[^<>]*>")
_ATTRIBUTE = re.compile(r"(?:\w+:)?(\w+)=\"([^\"]*)\"")
_BLOCK = 1024 * 1024
_SUSPICIOUS_FROM_BYTES = 64 * 1024 * 1024
_SUSPICIOUS_RATIO = 300
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
_UNCOUNTED = (b"<f", b' t="e"', b"<v></v>", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r", b":c", b"<!--")
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


def looked_through(path: Path, *, unpacked_bytes: int) -> dict[str, list[int]] | None:
    """The numbers of hidden rows per worksheet part of an XLSX that can be handed over as it is; None where it has to be copied
    first. Reads no further than to the first reason for a copy. Raises UnreadableFile as `without_blank_cells` does.
    """
    budget = unpacked_bytes
    hidden: dict[str, list[int]] = {}
    try:
        with zipfile.ZipFile(path) as source:
            members = source.infolist()
            _check_declared(members, path.stat().st_size, unpacked_bytes)
            for member in members:
                is_sheet = _is_sheet(member)
                if not is_sheet and member.filename.lower() != "xl/sharedstrings.xml":
                    continue
                found = hidden.setdefault(member.filename, []) if is_sheet else []
                with source.open(member) as packed:
                    for block in _whole_rows(packed) if is_sheet else _blocks(packed):
                        budget -= len(block)
                        if budget < 0:
                            raise UnreadableFile("file.unpacks_too_large")
                        if is_sheet and _needs_cleaning(block):
                            return None
                        _note_hidden(block, found)
    except _BROKEN as error:
        raise UnreadableFile("file.broken") from error
    return hidden


def without_blank_cells(path: Path, copy: Path, *, unpacked_bytes: int) -> dict[str, list[int]]:
    """Write `path` (an XLSX) to `copy` without blank cells and without parts that hold no cells. A formula whose result the file
    does not hold becomes the text `cells.NO_RESULT`. Returns the numbers of hidden rows per worksheet part.

    Raises UnreadableFile if it is broken or unpacks to more than `unpacked_bytes`.
    """
    budget = unpacked_bytes
    hidden: dict[str, list[int]] = {}
    try:
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
            members = [m for m in source.infolist() if not m.filename.lower().startswith(_LEFT_OUT)]
            _check_declared(members, path.stat().st_size, unpacked_bytes)
            for member in members:
                is_sheet = _is_sheet(member)
                with (
                    source.open(member) as packed,
                    target.open(member.filename, "w", force_zip64=True) as plain,
                ):
                    found = hidden.setdefault(member.filename, []) if is_sheet else []
                    for block in _stripped(packed, found) if is_sheet else _blocks(packed):
                        budget -= len(block)
                        if budget < 0:
                            raise UnreadableFile("file.unpacks_too_large")
                        plain.write(block)
    except _BROKEN as error:
        raise UnreadableFile("file.broken") from error
    return hidden


def worksheet_parts(path: Path) -> dict[str, str]:
    """Name of a sheet → the part of the XLSX that holds it; empty where the workbook does not say so plainly."""
    try:
        with zipfile.ZipFile(path) as source:
            book = source.open("xl/workbook.xml").read(_BLOCK).decode("utf-8", "replace")
            links = source.open("xl/_rels/workbook.xml.rels").read(_BLOCK).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile):
        return {}
    parts = {}
    for link in _LINK.findall(links):
        named = dict(_ATTRIBUTE.findall(link))
        target = named.get("Target", "").lstrip("/")
        parts[named.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    found = {}
    for sheet in _SHEET.findall(book):
        named = dict(_ATTRIBUTE.findall(sheet))
        found[html.unescape(named.get("name", ""))] = parts.get(named.get("id", ""), "")
    return found


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


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename.lower()) is not None


def _stripped(stream: IO[bytes], hidden: list[int]) -> Iterator[bytes]:
    """The stream without blank cells, the numbers of hidden rows in `hidden`."""
    for block in _whole_rows(stream):
        _note_hidden(block, hidden)
        yield _clean(block)


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in blocks that end with a row, so that no cell is ever cut in two."""
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
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _note_hidden(block: bytes, hidden: list[int]) -> None:
    if b"hidden=" in block:
        for row in _HIDDEN_ROW.findall(block):
            number = _ROW_NUMBER.search(row)
            if number and len(hidden) < _MOST_HIDDEN:
                hidden.append(int(number[1]))


def _needs_cleaning(block: bytes) -> bool:
    """Whether the library could stumble over the cells of a block: blank ones, formulas, errors, or a way of writing that is not
    counted here. Counting is many times cheaper than looking at every cell."""
    if any(mark in block for mark in _UNCOUNTED):
        return True
    return block.count(b"<c ") != block.count(b"</v></c>") + block.count(b"</is></c>")


def _clean(block: bytes) -> bytes:
    if b"<f" in block:
        block = _NO_RESULT.sub(rb'<c r="\1" t="str"><v>' + NO_RESULT.encode() + rb"</v></c>", block)
    if b' t="e"' in block:
        block = block.replace(
            b' t="e"', b' t="str"'
        )  # an error is told as what it reads: the library gives nothing for it
    return _BLANK_CELL.sub(b"", block)
