"""One written form for whole columns: names, numbers, phones, addresses. Only cells that need it are touched.

The same forms as `vaxkit.identity.cells`, `names` and `documents` give for one cell, made by columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.documents import CHECK_CHARACTERS, WEIGHTS

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Prints = npt.NDArray[np.uint64]

_SHORTEST_KEY: Final = 32
_SAMPLED: Final = 1500
_KEY_MARK: Final = 1 << 63
_PLAIN_NAME: Final = r"^[\x{4E00}-\x{9FFF}]*$"
_HAN: Final = r"[\x{3400}-\x{9FFF}\x{20000}-\x{3FFFF}]"
_INVISIBLE: Final = r"[\p{Cf}\p{Cc}]"
_DOTS: Final = r"[·•‧∙⋅・･●∘᛫]"
_NOTE: Final = r"[(\[【〔<《「][^)\]】〕>》」]*(?:[)\]】〕>》」]|$)|[\d*#※★☆◆]+$"
_MARK: Final = r"([(\[【〔][大小老幼中甲乙丙丁戊东西南北上下前后\d]+[)\]】〕]?|\d+)$"
_RELATIVE: Final = (
    r"[(\[【〔<《「](?:[^)\]】〕>》」]*之|[长次大二三小幺]?(?:妻子?|丈夫|夫|儿子?|子|女儿|父亲?|母亲?|儿?媳妇?|女?婿|孙[子女]?|"
    r"家属|配偶|爱人|老伴|弟弟?|兄|哥哥?|姐姐?|妹妹?|嫂子?|叔叔?|伯伯?|爸爸?|妈妈?|爷爷?|奶奶?)[)\]】〕>》」]|[长次三][子女][)\]】〕>》」])"
)
_ODD_ADDRESS: Final = r"[\s０-９－Ａ-Ｚａ-ｚa-z—–]"
_PREFIX: Final = re.compile(
    r"(?:.{2,9}?(?:省|自治区))?(?:.{1,8}?(?:市|州|盟|地区))?(?:.{1,9}?(?:自治县|县|(?<![小社园街片校厂矿山新])区|旗|市))"
)
_WEIGHTS: Final = np.array([*WEIGHTS, 1], np.uint16)


def names(raw: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Names without gaps in Chinese ones, one middle dot, capital letters, without notes behind them (null becomes ""); and
    what tells namesakes apart there: 1 and 2, 大 and 小, "" where there is none, None where nobody has one."""
    raw = raw.fill_null("")
    odd = ~raw.str.contains(_PLAIN_NAME)
    if not odd.any():
        return raw, None
    at = odd.arg_true()
    tidy = _tidy_name(raw.gather(at))
    made = raw.clone().scatter(at, _without_notes(tidy))
    marks = tidy.str.extract(_MARK).fill_null("").str.strip_chars("()[]【】〔〕")
    if not (marks != "").any():
        return made, None
    return made, pl.Series([""], dtype=pl.String).new_from_index(0, len(raw)).scatter(at, marks)


def numbers(raw: pl.Series) -> tuple[pl.Series, Bools]:
    """Document numbers in capitals without gaps, 15 digits made 18; and which were made so."""
    raw = raw.fill_null("")
    length = raw.str.len_bytes()
    odd = ((length != 18) & (length != 0)) | raw.str.ends_with("x")
    tidy = _touch(raw, odd, _tidy_number)
    short = (tidy.str.len_bytes() == 15) & tidy.str.contains(r"^\d{15}$") if odd.any() else odd & False
    return _touch(tidy, short, _upgraded), short.to_numpy()


def phones(raw: pl.Series) -> npt.NDArray[np.uint64]:
    """Phones as whole numbers, one column per phone (at most three); 0 where there is none."""
    if raw.dtype != pl.List:
        return _digits(raw).reshape(-1, 1)
    width = int(np.clip(raw.list.len().fill_null(0).to_numpy(), 1, 3).max(initial=1))
    kept = [_digits(raw.list.get(at, null_on_oob=True)) for at in range(width)]
    return np.stack(kept, axis=1)


def villages(raw: pl.Series) -> npt.NDArray[np.uint64]:
    """Village codes as whole numbers; 0 where there is none or where it is no code of twelve digits."""
    code = raw.fill_null("").str.slice(0, 12)
    made = code.cast(pl.UInt64, strict=False).fill_null(0)
    if (code.str.len_bytes() < 12).any():
        made = made * (code.str.len_bytes() == 12).cast(pl.UInt64)
    return made.to_numpy()


def addresses(raw: pl.Series, prefixes: list[str]) -> pl.Series:
    """Addresses in capitals without gaps and without what stands in `prefixes` (province, city, county)."""
    raw = raw.fill_null("")
    tidy = _touch(raw, raw.str.contains(_ODD_ADDRESS), _tidy_address)
    for prefix in prefixes:
        tidy = tidy.str.strip_prefix(prefix)
    return tidy


def address_prefixes(*samples: pl.Series, share: float = 0.005, least: int = 3) -> list[str]:
    """The names of province, city and county that at least `share` of the addresses begin with, longest first,
    and each of their own endings that is one too: people leave out the province, or the city. Fewer than `least`
    addresses never make one."""
    found: Counter[str] = Counter()
    total = 0
    for sample in samples:
        cells = sample.drop_nulls().head(_SAMPLED).to_list()
        total += len(cells)
        found.update(match[0] for cell in cells if (match := _PREFIX.match("".join(cell.split()))))
    common = [prefix for prefix, count in found.items() if count >= max(least, share * total)][:20]
    endings = {
        prefix[at:]
        for prefix in common
        for at in range(len(prefix))
        if at == 0 or prefix[at - 1] in "省市州盟区"
    }
    return sorted((ending for ending in endings if len(ending) >= 2), key=lambda text: (-len(text), text))


def matrix(text: pl.Series, width: int) -> Bytes:
    """ASCII texts as rows of `width` bytes, padded with spaces; longer ones are cut, other signs become "?"."""
    joined = "".join(text.fill_null("").str.slice(0, width).str.pad_end(width).to_list())
    return np.frombuffer(joined.encode("ascii", "replace"), np.uint8).reshape(-1, width)


def signs(text: pl.Series, width: int) -> npt.NDArray[np.uint32]:
    """Texts as rows of `width` code points, padded with spaces; longer ones are cut."""
    joined = "".join(text.fill_null("").str.slice(0, width).str.pad_end(width).to_list())
    return np.frombuffer(joined.encode("utf-32-le"), np.uint32).reshape(-1, width)


def digits_of(held: Prints) -> Bytes:
    """The 18 figures of each held number (see `held_numbers`), X as 10."""
    made = np.empty((len(held), 18), np.uint8)
    rest, made[:, 17] = np.divmod(held, np.uint64(11))
    high, low = np.divmod(rest, np.uint64(10**9))
    for part, start, places in ((low.astype(np.uint32), 8, 9), (high.astype(np.uint32), 0, 8)):
        left = part
        for place in range(start + places - 1, start - 1, -1):
            left, made[:, place] = np.divmod(left, np.uint32(10))
    return made


def sound_numbers(held: Prints) -> Bools:
    """Which held numbers are resident numbers whose check digit fits."""
    total = digits_of(held).astype(np.uint16) @ _WEIGHTS
    sound: Bools = (total % 11 == 1) & (held != 0)
    return sound


def birth_days(held: Prints) -> npt.NDArray[np.int32]:
    """The day (days since 1970) in places 7 to 14 of held numbers; NO_DAY where it is no real day."""
    figures = (held // np.uint64(11_000) % np.uint64(10**8)).astype(np.int32)
    year, month, day = figures // 10_000, figures // 100 % 100, figures % 100
    real = (year >= 1800) & (year <= 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    real &= day <= _month_lengths(year, np.clip(month, 1, 12))
    months = (year.astype(np.int64) - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(real, first + day - 1, NO_DAY).astype(np.int32)


def held_numbers(text: pl.Series) -> Prints:
    """Texts of 17 digits and a check character as whole numbers, n * 11 + c (X is 10); 0 for any other text."""
    check = text.str.slice(17)
    last = check.cast(pl.UInt64, strict=False).fill_null(10)
    first = text.str.slice(0, 17).cast(pl.UInt64, strict=False)
    fits = (text.str.len_bytes() == 18) & first.is_not_null() & ((last < 10) | (check == "X"))
    return ((first * 11 + last) * fits.cast(pl.UInt64)).fill_null(0).to_numpy()


NO_DAY: Final = np.int32(-(2**31))


def _month_lengths(year: npt.NDArray[np.int32], month: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    lengths: npt.NDArray[np.int32] = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int32)[
        month
    ]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths += (month == 2) & leap
    return lengths


def _touch(text: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`text` with `change` applied to the cells `where` holds."""
    if not where.any():
        return text
    if where.all():
        return change(text)
    at = where.arg_true()
    return text.clone().scatter(at, change(text.gather(at)))


def _tidy_name(text: pl.Series) -> pl.Series:
    text = text.str.normalize("NFKC").str.replace_all(_INVISIBLE, "").str.replace_all(_DOTS, "·")
    text = text.str.replace_all(r"\s*·\s*", "·").str.strip_chars(" \t\r\n'‘’`").str.to_uppercase()
    han = text.str.contains(_HAN)
    closed = text.str.replace_all(r"\s+", "").str.replace_all(r"[.。]", "·")
    return text.str.replace_all(r"\s+", " ").zip_with(~han, closed)


def _without_notes(text: pl.Series) -> pl.Series:
    """王强(户主), 王强*, 王强1 as 王强. What may name somebody else, such as 王强(之妻), stays whole."""
    noted = text.str.contains(_NOTE) & ~text.str.contains(_RELATIVE)
    if not noted.any():
        return text
    bare = text.str.replace_all(_NOTE, "").str.strip_chars()
    return bare.zip_with(noted & (bare != ""), text)


def _tidy_number(text: pl.Series) -> pl.Series:
    text = text.str.normalize("NFKC").str.replace_all(_INVISIBLE, "").str.replace_all(r"[\s\p{Pd}'‘’`−]", "")
    return text.str.replace_all(r"[×Хχх]", "X").str.to_uppercase()


def _tidy_address(text: pl.Series) -> pl.Series:
    text = text.str.normalize("NFKC").str.replace_all(_INVISIBLE, "").str.replace_all(r"\s+", "")
    return text.str.replace_all(r"[\p{Pd}−]", "-").str.to_uppercase()


def _upgraded(text: pl.Series) -> pl.Series:
    """18 digits for texts of 15: the 1900s, and the check digit."""
    first = text.str.slice(0, 6) + "19" + text.str.slice(6, 9)
    total = digits_of(held_numbers(first + "0")).astype(np.uint16) @ _WEIGHTS
    return first + pl.Series([CHECK_CHARACTERS[at] for at in total % 11], dtype=pl.String)


def _digits(raw: pl.Series) -> npt.NDArray[np.uint64]:
    """Digits of each cell as a whole number; a country code 86 before a mobile goes. Fewer than 5 digits: 0.

    Longer texts than any phone are keys (blind indexes): equal or not, nothing else."""
    made = raw.cast(pl.UInt64, strict=False)
    odd = made.is_null() & raw.is_not_null() & (raw != "")
    keys = odd & (raw.str.len_bytes() >= _SHORTEST_KEY)
    if keys.any():
        made, odd = made.zip_with(~keys, raw.hash() | _KEY_MARK), odd & ~keys
    if odd.any():
        text = raw.fill_null("").str.normalize("NFKC").str.replace_all(r"\D", "").str.slice(0, 18)
        made = made.zip_with(~odd.fill_null(False), text.cast(pl.UInt64, strict=False))
    made = made.fill_null(0)
    abroad = (made >= 8_610_000_000_000) & (made < 8_620_000_000_000)
    if abroad.any():
        made = made.zip_with(~abroad, made - 8_600_000_000_000)
    return (made * (made >= 10_000).cast(pl.UInt64)).to_numpy()
