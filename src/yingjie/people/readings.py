"""How a person's name is found by typing Latin letters.

Surnames keep readings of their own (单 is Shàn, not dān), so the first character is looked up here before the general reading
is taken. Source of the readings: 现代汉语词典 (7th edition, 2016), entries marked 姓.
"""

from functools import lru_cache

from pypinyin import lazy_pinyin

SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "曾": "zeng", "盖": "ge", "区": "ou", "朴": "piao",
    "华": "hua", "翟": "zhai", "覃": "qin", "缪": "miao", "冼": "xian", "尹": "yin", "乐": "yue", "員": "yun", "员": "yun",
    "逄": "pang", "逯": "lu", "乜": "nie", "祭": "zhai", "郗": "chi", "洗": "xian", "幺": "yao", "哈": "ha", "黑": "he",
    "种": "chong", "重": "chong", "折": "she", "佘": "she", "秘": "bi", "宓": "mi", "纪": "ji", "燕": "yan", "应": "ying",
    "召": "shao", "晟": "cheng", "那": "na", "车": "che", "卜": "bu", "句": "gou", "谌": "chen", "隗": "wei", "柏": "bai",
    "牟": "mu", "亓": "qi", "仉": "zhang", "卞": "bian", "葛": "ge", "曲": "qu", "石": "shi", "沈": "shen", "干": "gan",
    "钻": "zuan", "能": "nai", "贾": "jia", "都": "du", "阚": "kan", "瞿": "qu", "臧": "zang", "万": "wan", "缐": "xian",
    "缴": "jiao", "不": "fou", "叶": "ye", "繁": "po", "行": "xing", "长": "zhang", "过": "guo", "尧": "yao", "颉": "xie",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": "yu chi", "长孙": "zhang sun", "万俟": "mo qi", "单于": "chan yu", "澹台": "tan tai", "令狐": "ling hu",
    "呼延": "hu yan", "宰父": "zai fu", "亓官": "qi guan", "皇甫": "huang fu", "鲜于": "xian yu", "夏侯": "xia hou",
    "诸葛": "zhu ge", "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "司徒": "si tu", "东方": "dong fang",
    "公孙": "gong sun", "慕容": "mu rong", "宇文": "yu wen", "轩辕": "xuan yuan", "太叔": "tai shu", "独孤": "du gu",
}  # fmt: skip
_COLUMN = 160


def reading(name: str) -> str:
    """The reading of a whole name, a blank, its initials: 单红梅 → "shanhongmei shm". Sorts and is searched by its beginnings."""
    syllables = _syllables(name)
    whole, initials = "".join(syllables), "".join(syllable[:1] for syllable in syllables)
    return f"{whole} {initials}"[:_COLUMN]


def _syllables(name: str) -> list[str]:
    for length, table in ((2, COMPOUND_SURNAMES), (1, SURNAMES)):
        known = table.get(name[:length])
        if known and len(name) > length:
            return [*known.split(), *_each(name[length:])]
    return _each(name)


def _each(text: str) -> list[str]:
    found: list[str] = []
    for sign in text:
        found += _read(sign)
    return found


@lru_cache(maxsize=8192)
def _read(sign: str) -> tuple[str, ...]:
    """The syllable of one character; a Latin letter is its own, other signs have none."""
    if sign.isascii():
        return (sign.casefold(),) if sign.isalpha() else ()
    read = "".join(letter for letter in "".join(lazy_pinyin(sign)).casefold() if letter.isascii())
    return (read,) if read else ()
