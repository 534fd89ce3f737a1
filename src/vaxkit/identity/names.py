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
_COMPOUND_SURNAMES = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 长孙 令狐 司徒 司空 夏侯 宇文 端木 轩辕 独孤 南宫 "
    "西门 东郭 呼延 钟离 申屠 太史 闻人 淳于 单于 濮阳 澹台 公冶 宗政 仲孙 鲜于 闾丘 第五 完颜 赫连 "
    "纳兰 耶律 拓跋 百里 东野 左丘"
)
_COMPOUND = frozenset(_COMPOUND_SURNAMES.split())
_COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏"
    "魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝"
    "龚邵万钱严赖覃洪武莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞"
    "左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项"
)
"""Surnames of two signs, and the most frequent of one: by them two names in one cell are told from one name with a gap."""
_DOTS = re.compile(r"\s*[·•‧∙⋅・･●∘᛫•・]\s*")
_BETWEEN_NAMES = re.compile(r"[\s、,;/|&+]+")
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
    signs), name.several, name.length (over 50)."""
    name = normalise_person_name(raw) if isinstance(raw, str) else ""
    if not name or name.casefold() in NO_NAMES:
        return problem("name.missing" if raw is None or isinstance(raw, str) else "name.characters")
    if len(name) > LONGEST_NAME:
        return problem("name.length")
    if isinstance(raw, str) and _are_several(raw):
        return problem("name.several")
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
    """Two names in a cell, one below the other or with a gap or a sign between; a name broken over two lines has a piece of a
    single sign, a compound surname may stand apart from its given name."""
    lines = [closed_up(line) for line in raw.splitlines() if line.strip()]
    if len(lines) > 1 and all(len(line) >= 2 and all(map(is_han, line)) for line in lines):
        return lines[0] not in _COMPOUND
    pieces = [piece for piece in _BETWEEN_NAMES.split(tidy(raw)) if piece]
    if len(pieces) < 2 or pieces[0] in _COMPOUND:
        return False
    return all(2 <= len(piece) <= 4 and piece[0] in _COMMON and all(map(is_han, piece)) for piece in pieces)


def _may_stand_in_a_name(sign: str) -> bool:
    return sign.isalpha() or is_han(sign) or unicodedata.category(sign) == "Mn" or sign in " ·-'.’"
