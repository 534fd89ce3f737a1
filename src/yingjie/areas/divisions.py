"""The official divisions of the country, from the file shipped in ``data/``; and names as people write them.

Pure Python: no Django, no database. Two things live here:

* reading: ``load("110117")`` gives a county with its ancestors and everything below, in half a second at most
  and without ever holding the country's 665,276 rows; ``find_county("平谷")`` finds which county is meant;
* naming: ``PlaceIndex(divisions).match("马坊镇")`` says which division a written name means. The answer is
  ``exact`` (one division, certain), ``likely`` (one or several that a person has to confirm) or ``none``.
  It never picks between two.

Codes are strings whose prefix is the parent's code: 11 · 1101 · 110117 · 110117001 · 110117001001, below them
a grid (+2 digits, 14) and a micro-grid (+2 digits, 16), which are local and not in the file.
Source, date and licence of the data: ``data/README.md``. Built by ``tools/divisions.py``.
"""

from __future__ import annotations

import csv
import lzma
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Literal

DATA = Path(__file__).parent / "data"
DIVISIONS_FILE = DATA / "divisions-2023.csv.xz"
ALIASES_FILE = DATA / "aliases.csv"

LEVELS: dict[int, str] = {
    2: "province", 4: "city", 6: "county", 9: "town", 12: "village", 14: "grid", 16: "micro_grid",
}  # fmt: skip
"""Length of a code → its level, from the province down."""

_PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9, 14: 12, 16: 14}
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Division:
    """One node of the tree: code (2 to 16 digits), official name, level (a value of ``LEVELS``)."""

    code: str
    name: str
    level: str

    @property
    def parent_code(self) -> str | None:
        """Code of the node above; None for a province."""
        return parent_code(self.code)


@dataclass(frozen=True, slots=True)
class Match:
    """What a written name means.

    ``exact``: ``candidates`` holds exactly one division. ``likely``: one or more to be confirmed by a person,
    nearest first. ``none``: ``candidates`` is empty.
    """

    kind: Literal["exact", "likely", "none"]
    candidates: tuple[Division, ...] = ()

    @property
    def division(self) -> Division | None:
        """The division when it is certain, else None."""
        return self.candidates[0] if self.kind == "exact" else None


class UnknownDivision(LookupError):
    """No such code among the shipped divisions (or not the code of a division at all)."""


def level_of(code: str) -> str:
    """Level of a code by its length. Raises ``UnknownDivision`` for anything that is no area code."""
    level = LEVELS.get(len(code))
    if level is None or not (code.isascii() and code.isdigit()):
        raise UnknownDivision(f"{code!r} is not an area code (2, 4, 6, 9, 12, 14 or 16 digits)")
    return level


def parent_code(code: str) -> str | None:
    """Code of the node above; None for a province. Raises ``UnknownDivision`` like ``level_of``."""
    level_of(code)
    length = _PARENT_LENGTH.get(len(code))
    return None if length is None else code[:length]


# --- reading the shipped file ----------------------------------------------------------------------


def _chunks() -> Iterator[bytes]:
    """The file's text in pieces of about a megabyte that end with a line."""
    with lzma.open(DIVISIONS_FILE) as file:
        file.readline()  # the header
        rest = b""
        while piece := file.read(_CHUNK_BYTES):
            cut = piece.rfind(b"\n") + 1
            yield rest + piece[:cut]
            rest = piece[cut:]
        if rest:
            yield rest


def _division(line: bytes) -> Division:
    code, name = line.decode("utf-8").split(",", 1)
    return Division(code, name, LEVELS[len(code)])


def load(prefix: str) -> list[Division]:
    """The node with this code, its ancestors above it and everything below it, in the order of codes.

    Raises ``UnknownDivision`` when the file has no such code. A whole province takes about a second.
    """
    level_of(prefix)
    ancestors = {prefix[:length] for length in LEVELS if length < len(prefix)}
    wanted = "|".join([*sorted(ancestors), f"{prefix}[0-9]*"])
    line = re.compile(rf"^(?:{wanted}),.*$".encode(), re.MULTILINE)
    found: list[Division] = []
    last = prefix.encode()
    for chunk in _chunks():
        found.extend(_division(row) for row in line.findall(chunk))
        start = chunk.rfind(b"\n", 0, len(chunk) - 1) + 1
        code = chunk[start : chunk.index(b",", start)]
        if code > last and not code.startswith(last):
            break
    if not any(division.code == prefix for division in found):
        raise UnknownDivision(f"{prefix} is not among the divisions of 2023-06-30")
    return found


def every_division() -> Iterator[Division]:
    """All 665,276 divisions of the country in the order of codes, one at a time."""
    for chunk in _chunks():
        for row in chunk.splitlines():
            yield _division(row)


@lru_cache(maxsize=1)
def upper_divisions() -> tuple[Division, ...]:
    """Provinces, cities and counties of the country (3,351), in the order of codes."""
    line = re.compile(rb"^(?:\d{2}|\d{4}|\d{6}),.*$", re.MULTILINE)
    return tuple(_division(row) for chunk in _chunks() for row in line.findall(chunk))


def find_county(name_or_code: str) -> Match:
    """Which county is meant by a code (110117 or any below it) or a name (平谷区, 平谷, 北京市平谷区).

    A name that several counties bear (鼓楼区) is ``likely`` with all of them; the city or the province
    in front decides it.
    """
    text = normalised(name_or_code)
    if text.isascii() and text.isdigit():
        code = text[:6]
        hits = [division for division in upper_divisions() if division.code == code and len(code) == 6]
        return Match("exact", tuple(hits)) if hits else Match("none")
    return _upper_index().match(text, level="county")


@lru_cache(maxsize=1)
def _upper_index() -> PlaceIndex:
    return PlaceIndex(upper_divisions(), mistypes=False)


# --- names -----------------------------------------------------------------------------------------

# Suffixes of the statistics bureau's names, longest first; what people say instead follows each.
_COMMITTEES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("社区居民委员会", ("社区", "")),
    ("社区居委会", ("社区", "")),
    ("村民委员会", ("村", "")),
    ("居民委员会", ("社区", "")),
    ("嘎查委员会", ("嘎查", "")),
    ("嘎查村委会", ("嘎查", "")),
    ("村民委会", ("村", "")),
    ("居民委会", ("社区", "")),
    ("嘎查委会", ("嘎查", "")),
    ("村委会", ("村", "")),
    ("居委会", ("社区", "")),
    ("家委会", ("社区", "")),
    ("嘎查", ("",)),
    ("社区", ("",)),
    ("村", ("",)),
)
_TOWNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("街道办事处", ("街道", "")),
    ("地区办事处", ("地区", "")),
    ("民族乡", ("乡", "")),
    ("街道", ("",)),
    ("地区", ("",)),
    ("苏木", ("",)),
    ("镇", ("",)),
    ("乡", ("",)),
)
_UPPER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("维吾尔自治区", ("",)),
    ("特别行政区", ("",)),
    ("壮族自治区", ("",)),
    ("回族自治区", ("",)),
    ("自治区", ("",)),
    ("自治州", ("州", "")),
    ("自治县", ("县", "")),
    ("自治旗", ("旗", "")),
    ("地区", ("",)),
    ("林区", ("",)),
    ("新区", ("",)),
    ("省", ("",)),
    ("市", ("",)),
    ("盟", ("",)),
    ("区", ("",)),
    ("县", ("",)),
    ("旗", ("",)),
)
_SUFFIXES = {"village": _COMMITTEES, "town": _TOWNS, "county": _UPPER, "city": _UPPER, "province": _UPPER}
_PEOPLES = (
    "朝鲜族|哈萨克族?|柯尔克孜族?|达斡尔族?|鄂温克族?|鄂伦春族?|塔吉克族?|俄罗斯族?|锡伯族?|仫佬族|毛南族|仡佬族|布依族|傈僳族|"
    "拉祜族|景颇族|土家族|哈尼族|蒙古族?|满族|回族|藏族|苗族|壮族|侗族|瑶族|畲族|白族|彝族|傣族|黎族|佤族|水族|羌族|纳西族|"
    "撒拉族|东乡族|保安族|裕固族|土族|普米族|布朗族|怒族|独龙族|各族"
)
_PEOPLE_AT_END = re.compile(rf"(?:{_PEOPLES})+$")
_IGNORED = re.compile(r"[\s·・,，、;；.。\-—_/\\|>()（）\[\]【】\"'“”‘’]+")


def normalised(text: str) -> str:
    """Written name without what carries no meaning: full-width forms folded, blanks, dashes and brackets
    gone, committees and offices in their short wording."""
    name = _IGNORED.sub("", unicodedata.normalize("NFKC", text))
    return (
        name.replace("民委员会", "委会")
        .replace("民委会", "委会")
        .replace("街道办事处", "街道")
        .replace("地区办事处", "地区")
    )


def _level_of_name(name: str) -> str:
    for level in ("town", "village", "county"):
        if any(name.endswith(suffix) for suffix, _ in _SUFFIXES[level]):
            return level
    return "village"


def short_names(name: str, level: str | None = None) -> set[str]:
    """What people write instead of an official name, from its suffix alone: 东高村镇 → {东高村}.

    崔杏村村委会 → {崔杏村, 崔杏}; 桥头社区居委会 → {桥头社区, 桥头}; 平谷区 → {平谷}. Forms of one character
    are left out. ``level`` when known (a village may be called 大镇); else it is told from the suffix.
    """
    suffixes = _SUFFIXES.get(level or _level_of_name(name), ())
    forms: set[str] = set()
    for suffix, endings in suffixes:
        if name.endswith(suffix) and len(name) > len(suffix):
            core = name[: -len(suffix)]
            plain = _PEOPLE_AT_END.sub("", core)
            bases = {core, plain} if len(plain) >= 2 else {core}
            forms |= {base + ending for base, ending in product(bases, endings)}
            if suffix in ("村委会", "村民委会", "村民委员会") and core.endswith("村"):
                forms -= {core + "村"}
                forms |= {core, core[:-1]}
            break
    return {form for form in forms if len(form) >= 2 and form != name}


@lru_cache(maxsize=1)
def aliases() -> dict[str, tuple[str, ...]]:
    """Code → names people use that no rule gives (马坊镇 for 马坊地区), from ``data/aliases.csv``."""
    found: dict[str, list[str]] = {}
    with ALIASES_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            found.setdefault(row["code"], []).append(row["alias"])
    return {code: tuple(names) for code, names in found.items()}


def names_of(division: Division) -> set[str]:
    """Official name, its short forms, and its aliases with theirs; all normalised."""
    names = {division.name} | short_names(division.name, division.level)
    for alias in aliases().get(division.code, ()):
        names |= {alias} | short_names(alias, division.level)
    if division.level == "village":
        # 太后村委会 is also written 太后村村委会, 桥头社区居委会 also 桥头居委会.
        for core in [name[:-1] for name in names if name.endswith("村")]:
            names |= {core + "村委会", core + "村村委会"}
        for core in [name[:-2] for name in names if name.endswith("社区")]:
            names |= {core + "居委会", core + "社区居委会"}
    return {normalised(name) for name in names}


class PlaceIndex:
    """Names of some divisions (usually one county with its ancestors), ready to be asked many times.

    ``more_names`` adds local names by code (old village names after a merger). ``mistypes=False`` turns off
    the search for names with one wrong character.
    """

    def __init__(
        self, divisions: Iterable[Division], *, more_names: dict[str, Iterable[str]] | None = None,
        mistypes: bool = True,
    ) -> None:  # fmt: skip
        self._mistypes = mistypes
        self._by_code: dict[str, Division] = {}
        self._by_name: dict[str, list[Division]] = {}
        self._names: dict[str, set[str]] = {}
        for division in divisions:
            names = names_of(division)
            names |= {normalised(name) for name in (more_names or {}).get(division.code, ())}
            self._by_code[division.code] = division
            self._names[division.code] = names
            for name in names:
                self._by_name.setdefault(name, []).append(division)
        self._longest = max((len(name) for name in self._by_name), default=0)
        self._answers: dict[tuple[str, str | None], Match] = {}

    def match(self, text: str, level: str | None = None) -> Match:
        """What ``text`` means: one name (崔杏村) or a path (平谷区东高村镇崔家庄), short, long, mistyped.

        ``level`` keeps only divisions of that level: 东高村 is both a town's short name and a village's.
        A code is taken as well. Answers are remembered, so a roster's column costs one search per spelling.
        """
        key = (normalised(text), level)
        if key not in self._answers:
            self._answers[key] = self._search(*key)
        return self._answers[key]

    def _search(self, text: str, level: str | None) -> Match:
        if text in self._by_code:
            division = self._by_code[text]
            return Match("exact", (division,)) if level in (None, division.level) else Match("none")
        if len(text) < 2:
            return Match("none")
        hits = self._paths(text, "")
        # An official name, written in full, wins over the same word as somebody else's short form.
        official = {division for division in hits if division.name == text}
        for found in (official, hits):
            kept = sorted((d for d in found if level in (None, d.level)), key=lambda d: d.code)
            if kept:
                return Match("exact" if len(kept) == 1 else "likely", tuple(kept))
        near = self._near(text, level) if self._mistypes and not hits else []
        return Match("likely", tuple(near)) if near else Match("none")

    def _paths(self, text: str, above: str) -> set[Division]:
        """Divisions below ``above`` that the whole text names, walking down a path of names."""
        hits: set[Division] = set()
        for length in range(2, min(len(text), self._longest) + 1):
            for division in self._by_name.get(text[:length], ()):
                if not division.code.startswith(above) or division.code == above:
                    continue
                rest = text[length:]
                if rest:
                    hits |= self._paths(rest, division.code)
                else:
                    hits.add(division)
        return hits

    def _near(self, text: str, level: str | None) -> list[Division]:
        """Divisions of which some name differs from the text (less what is understood) by one character."""
        above, rest = self._understood(text, "")
        best: dict[Division, int] = {}
        for code, names in self._names.items():
            division = self._by_code[code]
            if level not in (None, division.level) or not code.startswith(above) or code == above:
                continue
            distance = min((_distance(rest, name) for name in names), default=9)
            if distance <= (2 if len(rest) >= 7 else 1) and len(rest) >= 3:
                best[division] = distance
        least = min(best.values(), default=0)
        return sorted((d for d, distance in best.items() if distance == least), key=lambda d: d.code)

    def _understood(self, text: str, above: str) -> tuple[str, str]:
        """Longest path at the start of the text that names one division only, and the rest of the text."""
        for length in range(min(len(text) - 2, self._longest), 1, -1):
            below = [
                d
                for d in self._by_name.get(text[:length], ())
                if d.code.startswith(above) and d.code != above
            ]
            if len(below) == 1 and below[0].level != "village":
                return self._understood(text[length:], below[0].code)
        return above, text


def _distance(left: str, right: str) -> int:
    """Characters to replace, insert, drop or swap with their neighbour; 9 when plainly far apart."""
    if abs(len(left) - len(right)) > 2 or not set(left) & set(right):
        return 9
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
