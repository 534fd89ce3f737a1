"""Names of people and places in one written form, so that two lists can be compared. Sort keys (pinyin) are
not made here."""

from __future__ import annotations

import re
import unicodedata

from vaxkit.identity.cells import closed_up, is_dash, is_han, tidy
from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem

MIDDLE_DOT = "·"
LONGEST_NAME = 50
NO_NAMES = frozenset(("无", "空", "不详", "未知", "暂无", "未填", "姓名", "null", "none", "nan", "n/a", "-"))
"""What people and programs write where there is no name."""
_DOTS = re.compile(r"\s*[·•‧∙⋅・･●∘᛫•・]\s*")
_DOT_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\x7f])\s*[.。]\s*(?=[^\x00-\x7f])")
_VILLAGE_OFFICES = re.compile(r"(?:社区居民委员会|社区居委会|村民委员会|居民委员会|村委会|居委会|社区)$")
_TOWNSHIP_KINDS = re.compile(r"(?:地区办事处|街道办事处|地区|街道|民族乡|镇|乡)$")


def normalise_person_name(raw: str) -> str:
    """A person's name in one form: NFKC, one middle dot "·" for its variants, no white space inside Chinese
    names and single spaces inside others. Letters keep their case. An empty cell gives ""."""
    name = _DOTS.sub(MIDDLE_DOT, tidy(raw))
    name = _DOT_BETWEEN_HAN.sub(MIDDLE_DOT, name)
    if any(is_han(sign) for sign in name):
        return closed_up(name)
    return " ".join(name.split())


def check_person_name(raw: object) -> str | Problem:
    """The normalised name, or a Problem: name.missing (a word that says so included), name.characters (digits,
    signs, several names), name.length (over 50)."""
    name = normalise_person_name(raw) if isinstance(raw, str) else ""
    if not name or name.casefold() in NO_NAMES:
        return problem("name.missing" if raw is None or isinstance(raw, str) else "name.characters")
    if len(name) > LONGEST_NAME:
        return problem("name.length")
    if isinstance(raw, str) and _are_several(raw):
        return problem("name.characters")
    if name[0] in "-·." or name[-1] in "-·":
        return problem("name.characters")
    letters = any(sign.isalpha() or is_han(sign) for sign in name)
    if not letters or not all(_may_stand_in_a_name(sign) for sign in name):
        return problem("name.characters")
    return name


def mask_name(name: str) -> str:
    """The first character and, from three characters on, the last; stars between: 李*, 李*兰, 欧**兰."""
    name = normalise_person_name(name)
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def normalise_place_name(raw: str) -> str:
    """A place's name or an address in one form: NFKC, no white space, one dash, capital letters."""
    name = closed_up(closed_up(tidy(raw)).upper())
    return "".join("-" if is_dash(sign) else sign for sign in name)


def place_stem(raw: str) -> str:
    """The part of a place's name that people use, for comparing.

    东高村村委会 -> 东高村; 马坊地区, 马坊镇 -> 马坊. The kind of place is cut off only when at least two
    characters remain. Two different places may share a stem.
    """
    name = normalise_place_name(raw)
    for kind in (_VILLAGE_OFFICES, _TOWNSHIP_KINDS):
        stem = kind.sub("", name)
        if stem != name and len(stem) >= 2:
            return stem
    return name


def _are_several(raw: str) -> bool:
    """Two names one below the other in a cell; a name broken over two lines has a piece of a single sign."""
    lines = [closed_up(line) for line in raw.splitlines() if line.strip()]
    return len(lines) > 1 and all(len(line) >= 2 and all(map(is_han, line)) for line in lines)


def _may_stand_in_a_name(sign: str) -> bool:
    return sign.isalpha() or is_han(sign) or unicodedata.category(sign) == "Mn" or sign in " ·-'.’"
