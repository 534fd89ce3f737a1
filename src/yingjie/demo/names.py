"""Names as each decade gave them: surnames by their weight in the country, given names by birth year and sex.

``NameMaker`` serves one village: its own generator, its own frequent surnames (崔家庄 has many 崔). The given names
lie in ``names.csv``. A few people have what breaks software: characters beyond the common sets (䶮, 㛃, 𠅤), compound
surnames, minority names with a middle dot.
"""

from __future__ import annotations

import csv
from bisect import bisect
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

# Weights near the shares (per mille) in the Ministry of Public Security's yearly name reports; rounded, our own.
_SURNAMES = (
    "王72 李70 张67 刘51 陈46 杨32 黄24 赵22 吴21 周20 徐16 孙16 马13 朱13 胡13 郭12 何12 林11 高11 罗10 郑9 梁9 谢8 宋8 唐7 "
    "许7 邓6 韩6 冯6 曹6 彭6 曾6 肖6 田6 董6 潘5 袁5 蔡5 蒋5 余5 于5 杜5 叶5 程4 魏4 苏4 吕4 丁4 任4 沈4 "
    "姚4 卢4 姜4 崔4 钟4 谭4 陆4 汪3 范3 金3 石3 廖3 贾3 夏3 韦3 付3 方3 白3 邹3 孟3 熊3 秦3 邱3 江3 尹3 "
    "薛3 闫3 段3 雷3 侯3 龙3 史3 陶3 黎3 贺3 顾3 毛3 郝3 龚3 邵3 万3 钱3 严3 覃2 武2 戴2 莫2 孔2 向2 汤2 "
    "常2 温2 康2 施2 文2 牛2 樊2 葛2 邢2 安2 齐2 易2 乔2 伍2 庞2 颜2 倪2 庄2 聂2 章2 鲁2 岳2 翟2 殷2 詹2 "
    "申2 欧2 耿2 关2 兰2 焦2 俞2 左2 柳2 甘2 祝2 包1 宁1 尚1 符1 舒1 阮1 柯1 纪1 梅1 童1 凌1 毕1 单1 季1 "
    "裴1 霍1 涂1 成1 苗1 谷1 盛1 曲1 翁1 冉1 骆1 蓝1 路1 游1 辛1 靳1 欧阳1 管1 柴1 蒙1 鲍1 华1 喻1 祁1 蒲1 "
    "房1 滕1 屈1 饶1 解1 牟1 艾1 尤1 阳1 时1 穆1 农1 司1 卓1 古1 吉1 缪1 简1 车1 项1 连1 芦1 麦1 褚1 娄1 "
    "窦1 戚1 岑1 景1 党1 宫1 费1 卜1 冷1 晏1 席1 卫1 米1 柏1 宗1 瞿1 桂1 全1 佟1 应1 臧1 闵1 苟1 邬1 边1 "
    "卞1 姬1 师1 和1 仇1 栾1 隋1 商1 刁1 沙1 荣1 巫1 寇1 桑1 郎1 甄1 丛1 仲1 虞1 敖1 巩1 明1 佘1 池1 查1 "
    "麻1 苑1 迟1 邝1 官1 封1 谈1 匡1 鞠1 惠1 荆1 乐1 冀1 郁1 胥1 南1 班1 储1 原1 栗1 燕1 楚1 鄢1 劳1 谌1"
)
_RARE_SURNAMES = ("司马", "上官", "诸葛", "尉迟", "皇甫", "逄", "亓", "盖", "乜", "仉", "逯", "缐")
_RARE_GIVEN = {
    "male": (
        "喆",
        "堃",
        "犇",
        "翀",
        "彧",
        "昇",
        "䶮",
        "赟",
        "钘",
        "旻",
        "子䶮",
        "文翀",
        "永堃",
        "𠅤",
        "志垚",
        "玉珅",
    ),
    "female": (
        "㛃",
        "淼",
        "喆",
        "婳",
        "玥",
        "雨㛃",
        "梓玥",
        "若翾",
        "芃芃",
        "怡婳",
        "秀瑒",
        "璟",
        "𬍛",
        "文珺",
    ),
}
_RARE_GIVEN_OF_OLD = {
    "male": ("喆", "永堃", "志垚", "文翀", "玉珅", "𠅤", "昇", "德钘", "振赟"),
    "female": ("秀瑒", "淑㛃", "玉婳", "𬍛", "桂璟", "素玥"),
}
# (people in 10,000, ethnic group); the rest are Han.
_PEOPLES: tuple[tuple[int, str], ...] = (
    (260, "满族"), (90, "回族"), (45, "蒙古族"), (25, "朝鲜族"), (20, "土家族"), (20, "苗族"), (8, "藏族"), (7, "维吾尔族"),
    (3, "哈萨克族"),
)  # fmt: skip
_OWN_NAMES = {
    ("蒙古族", "male"): ("巴特尔", "苏和", "那顺", "布和", "朝鲁", "哈斯", "阿古拉", "宝音德力格尔"),
    ("蒙古族", "female"): ("其其格", "娜仁", "萨仁高娃", "乌兰", "琪琪格", "托娅", "高娃", "斯琴"),
    ("藏族", "male"): ("扎西顿珠", "多吉", "次仁", "平措旺堆", "格桑", "旦增"),
    ("藏族", "female"): ("卓玛", "央金", "白玛曲珍", "德吉", "次仁拉姆", "格桑梅朵"),
    ("维吾尔族", "male"): ("买买提", "艾尼瓦尔", "吐尔逊", "阿卜杜拉", "艾力", "库尔班", "玉素甫"),
    ("维吾尔族", "female"): ("阿依古丽", "古丽娜尔", "帕提古丽", "热依汗", "祖丽皮亚", "米日古丽"),
    ("哈萨克族", "male"): ("叶尔兰", "巴合提", "哈那提", "阿扎马提"),
    ("哈萨克族", "female"): ("古丽努尔", "阿依努尔", "加娜尔", "萨乌列"),
}
_FATHERS = ("买买提", "艾合买提", "吐尔逊", "阿布都热合曼", "司马义", "热合木", "赛力克", "木拉提", "努尔兰")


def _weighted_surnames() -> tuple[list[str], list[int]]:
    names, weights = [], []
    for entry in _SURNAMES.split():
        name = entry.rstrip("0123456789")
        names.append(name)
        weights.append(int(entry[len(name) :]))
    return names, list(accumulate(weights))


_NAMES, _CUMULATED = _weighted_surnames()
_KNOWN_SURNAMES = frozenset(_NAMES)

Pool = dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _pools() -> tuple[list[int], list[dict[str, Pool]]]:
    """First years of the eras, and for each era and sex its lists."""
    eras: dict[int, dict[str, Pool]] = {}
    with (Path(__file__).parent / "names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            pool = eras.setdefault(int(row["from_year"]), {}).setdefault(row["sex"], {})
            pool[row["kind"]] = tuple(row["names"].split())
    return sorted(eras), [eras[year] for year in sorted(eras)]


class NameMaker:
    """Names for one village. ``village_name`` may give the village its frequent surname (崔家庄 → 崔)."""

    def __init__(self, rng: Random, village_name: str, *, rural: bool) -> None:
        self._random = rng.random
        self._rng = rng
        self._starts, self._eras = _pools()
        self._frequent: list[str] = []
        if rural:
            named = (
                [village_name[0]] if village_name[0] in _KNOWN_SURNAMES and village_name[1:2] in _OF else []
            )
            named += (
                [village_name[1]] if village_name[2:3] in _OF and village_name[1] in _KNOWN_SURNAMES else []
            )
            self._frequent = named * 4 + [self._common() for _ in range(4)]
        self._frequent_share = 0.6 if rural else 0.0

    def _common(self) -> str:
        return _NAMES[bisect(_CUMULATED, self._random() * _CUMULATED[-1])]

    def surname(self, *, local: bool = True) -> str:
        """A surname; ``local`` for a family of this place, else of somebody who married in."""
        draw = self._random()
        if local and draw < self._frequent_share:
            return self._frequent[int(self._random() * len(self._frequent))]
        if draw > 0.9985:
            return _RARE_SURNAMES[int(self._random() * len(_RARE_SURNAMES))]
        return self._common()

    def given(self, birth_year: int, sex: str) -> str:
        """A given name of one or two characters in the fashion of that year."""
        era = max(0, bisect(self._starts, birth_year) - 1)
        pool = self._eras[era][sex]
        draw = self._random()
        if draw < 0.0015:
            rare = _RARE_GIVEN[sex] if birth_year >= 1975 else _RARE_GIVEN_OF_OLD[sex]
            return rare[int(self._random() * len(rare))]
        if draw < 0.40:
            return self._early(pool["whole"])
        if draw < 0.50 if era < 3 else draw < 0.60:
            return self._early(pool["single"])
        first, second = self._early(pool["first"]), self._early(pool["second"])
        return first + second if first != second or sex == "female" else self._early(pool["whole"])

    def _early(self, names: tuple[str, ...]) -> str:
        """One of the names, those early in the list more often."""
        return names[int(self._random() ** 1.5 * len(names))]

    def people(self) -> str:
        """Ethnic group of a family."""
        draw = self._random() * 10_000
        for share, name in _PEOPLES:
            draw -= share
            if draw < 0:
                return name
        return "汉族"

    def own_name(self, people: str, sex: str) -> str | None:
        """A whole name in the group's own manner (买买提·吐尔逊), or None where names are like everybody's."""
        names = _OWN_NAMES.get((people, sex))
        if names is None:
            return None
        name = names[int(self._random() * len(names))]
        if people in ("维吾尔族", "哈萨克族"):
            return f"{name}·{_FATHERS[int(self._random() * len(_FATHERS))]}"
        return name


_OF = ("家", "各", "庄", "辛", "官", "太")
"""What follows the surname in a village's name: 崔家庄, 王各庄, 胡庄, 李辛庄, 毛官营, 魏太务."""
