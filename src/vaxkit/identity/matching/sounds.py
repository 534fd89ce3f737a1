"""Characters that are taken for each other in names: written variants, and characters of one sound.

Sounds are pinyin without tones, with the pairs that dialects do not part (z/zh, c/ch, s/sh, n/l at the start,
-n/-ng at the end) taken together. A character counts with its first reading.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from typing import Final

import numpy as np
import numpy.typing as npt

Signs = npt.NDArray[np.uint32]

# Pairs: a variant or traditional form, then the form it is counted as. Those that occur in names.
_PAIRS: Final = (
    "於于崑昆峯峰濬浚燿耀堃坤喆哲甦苏淼渺犇奔淩凌炤照昇升陞升甯宁寧宁寳宝寶宝傑杰榮荣華华國国東东陳陈張张劉刘趙赵黃黄"
    "吳吴孫孙馬马羅罗鄭郑謝谢韓韩馮冯蕭萧許许鄧邓蘇苏盧卢蔣蒋賈贾葉叶閻阎鍾钟鐘钟汪汪薑姜範范譚谭鄒邹陸陆龍龙萬万"
    "錢钱湯汤喬乔賀贺賴赖龔龚齊齐顧顾嚴严樊樊蘭兰芈芈歐欧陽阳麗丽傅付閆闫偉伟強强軍军潔洁艷艳豔艳濤涛蕓芸雲云飛飞鵬鹏"
    "輝辉暉晖鋒锋鋭锐銳锐鐵铁鋼钢銀银錦锦鑫鑫瓊琼瑩莹瑪玛璽玺愛爱慶庆應应懷怀憲宪樹树權权標标櫻樱歡欢漢汉澤泽潤润"
    "濟济瀟潇灝灏煒炜煥焕燁烨爾尔獻献琺珐禮礼禕祎種种積积穎颖潁颖競竞筆笔節节簡简紅红紀纪純纯紋纹細细紹绍結结絢绚"
    "經经綠绿維维綱纲緒绪緯纬縣县績绩繼继續续纓缨義义習习聖圣聯联聰聪肅肃臨临興兴莊庄蓮莲蔭荫薈荟藝艺藍蓝蘊蕴衛卫"
    "覺觉觀观訓训詠咏詩诗誠诚語语諾诺謙谦證证譽誉讓让豐丰貞贞財财貴贵賓宾賢贤賦赋贊赞躍跃軒轩運运達达遠远適适邁迈"
    "鄉乡釗钊鈞钧鈺钰鉑铂銘铭鎮镇鏡镜長长門门開开閏闰間间閔闵閣阁陰阴際际隆隆雙双雞鸡雪雪霽霁靈灵靜静順顺頌颂頤颐"
    "領领頡颉顏颜顔颜顯显風风颯飒馨馨駿骏驍骁驕骄驥骥魯鲁鳳凤鳴鸣鴻鸿鶴鹤鷗鸥麥麦黎黎齡龄嫺娴嫻娴媼媪婭娅嬌娇孃娘"
    "峯峰嶽岳巖岩嵐岚島岛師师廣广張张彥彦後后從从徳德悅悦惠惠慧慧擁拥擇择數数斌斌曉晓曄晔書书會会樂乐楊杨榮荣橋桥"
    "機机歲岁氣气江江淨净淵渊溫温滿满漣涟潘潘烏乌煉炼牽牵獎奖瑋玮環环瓏珑畢毕異异發发眞真眾众矯矫碧碧磊磊祕秘福福"
    "穫获竹竹紫紫羣群翺翱臺台葦苇蒼苍蔔卜藥药蟬蝉裏里裡里襄襄複复見见親亲計计記记許许設设評评試试該该詳详説说說说"
    "調调請请論论護护賽赛車车軼轶輕轻載载輩辈農农邊边郵邮鄧邓釵钗鋁铝錚铮鍵键鎖锁陸陆隨随雋隽難难電电韋韦韻韵項项"
    "頻频題题額额願愿類类養养館馆驛驿鬆松鮑鲍鯉鲤鵑鹃鸞鸾鹿鹿麟麟璐璐冨富竝并姸妍赟斌犖荦甂甂"
)
_CODES: Final = 0x30000
_TOGETHER: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))


@cache
def variants() -> Signs:
    """The form that each code point is counted as."""
    table = np.arange(_CODES, dtype=np.uint32)
    for at in range(0, len(_PAIRS), 2):
        table[ord(_PAIRS[at])] = ord(_PAIRS[at + 1])
    return table


_SOUND_OF = np.zeros(_CODES + 1, np.int32)
"""Code point → its sound's number; 0 where it was not asked yet."""
_KNOWN_SOUNDS: dict[str, int] = {}


def sounds(signs: Signs) -> npt.NDArray[np.int32]:
    """A number for the sound of each code point, equal for equal sounds; negative and of its own where no
    reading is known."""
    known = np.minimum(signs, np.uint32(_CODES))
    made = _SOUND_OF[known]
    new = np.unique(signs[made == 0])
    if len(new):
        for code in new.tolist():
            if code < _CODES:
                _SOUND_OF[code] = _sound(code)
        made = _SOUND_OF[known]
    return np.where(signs < _CODES, made, -signs.astype(np.int64) - 1).astype(np.int32)


def _sound(code: int) -> int:
    reading = _readings().get(code, "").split(",")[0]
    return _KNOWN_SOUNDS.setdefault(_plain(reading), len(_KNOWN_SOUNDS) + 1) if reading else -code - 1


def _plain(reading: str) -> str:
    """A reading without its tone, and without what dialects do not part."""
    folded = unicodedata.normalize("NFD", reading.lower())
    text = "".join(sign for sign in folded if sign.isascii() or sign == "̈").replace("ü", "v")
    for written, counted in _TOGETHER:
        if text.startswith(written):
            text = counted + text[len(written) :]
            break
    return text[:-1] if text.endswith("ng") else text


@cache
def _readings() -> dict[int, str]:
    """The readings of 42,000 characters, from pypinyin's table alone: the package around it takes five times as long to load."""
    package = find_spec("pypinyin")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin")
    table = spec_from_file_location("_readings", f"{package.submodule_search_locations[0]}/pinyin_dict.py")
    if table is None or table.loader is None:
        raise ModuleNotFoundError("pypinyin.pinyin_dict")
    module = module_from_spec(table)
    table.loader.exec_module(module)
    return dict(module.pinyin_dict)
