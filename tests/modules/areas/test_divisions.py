"""The shipped divisions: complete, quick to read; names as people write them find the right node, or none."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjie.areas import divisions
from yingjie.areas.divisions import Division, PlaceIndex, UnknownDivision

PINGGU = "110117"


@pytest.fixture(scope="module")
def pinggu() -> list[Division]:
    return divisions.load(PINGGU)


@pytest.fixture(scope="module")
def places(pinggu: list[Division]) -> PlaceIndex:
    return PlaceIndex(pinggu)


# --- the file --------------------------------------------------------------------------------------


def test_file_is_the_one_its_readme_describes() -> None:
    digest = hashlib.sha256(divisions.DIVISIONS_FILE.read_bytes()).hexdigest()
    assert digest in (divisions.DATA / "README.md").read_text(encoding="utf-8")


def test_every_division_has_its_parent_and_all_are_there() -> None:
    counts: dict[str, int] = {}
    path: list[str] = []  # codes from the province to the node just read: the file is in tree order
    previous = ""
    for division in divisions.every_division():
        counts[division.level] = counts.get(division.level, 0) + 1
        assert previous < division.code
        previous = division.code
        parent = division.parent_code
        while path and path[-1] != parent:
            path.pop()
        assert parent is None or path, division
        path.append(division.code)
    assert counts == {"province": 31, "city": 342, "county": 2978, "town": 41352, "village": 620573}


@pytest.mark.parametrize(
    ("prefix", "towns", "villages"),
    [(PINGGU, 18, 323), ("340181106", 1, 9), ("131128", 10, 610), ("330683001", 1, 21), ("110117101", 1, 22)],
)
def test_known_counts(prefix: str, towns: int, villages: int) -> None:
    found = divisions.load(prefix)
    assert sum(division.level == "town" for division in found) == towns
    assert sum(division.level == "village" for division in found) == villages


def test_load_gives_ancestors_first_and_the_order_of_codes(pinggu: list[Division]) -> None:
    assert pinggu[:4] == [
        Division("11", "北京市", "province"),
        Division("1101", "市辖区", "city"),
        Division(PINGGU, "平谷区", "county"),
        Division("110117001", "滨河街道", "town"),
    ]
    assert [division.code for division in pinggu] == sorted(division.code for division in pinggu)
    assert all(division.code.startswith(PINGGU) for division in pinggu[2:])


def test_load_of_a_village_and_of_the_last_province() -> None:
    assert [d.name for d in divisions.load("110117101200")] == [
        "北京市",
        "市辖区",
        "平谷区",
        "东高村镇",
        "东高村村委会",
    ]
    last = divisions.load("65")
    assert last[0] == Division("65", "新疆维吾尔自治区", "province")
    assert len(last) == 16250


@pytest.mark.parametrize("code", ["", "1", "110", "11011x", "110199", "110117999", "99", "１１"])
def test_unknown_codes_are_refused(code: str) -> None:
    with pytest.raises(UnknownDivision):
        divisions.load(code)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("11", "province", None),
        ("1101", "city", "11"),
        ("110117", "county", "1101"),
        ("110117001", "town", "110117"),
        ("110117001001", "village", "110117001"),
        ("11011700100101", "grid", "110117001001"),
        ("1101170010010102", "micro_grid", "11011700100101"),
    ],
)
def test_levels_and_parents(code: str, level: str, parent: str | None) -> None:
    assert divisions.level_of(code) == level
    assert divisions.parent_code(code) == parent


def test_aliases_name_divisions_as_the_file_does() -> None:
    officials = {d.code: d.name for d in divisions.load("11")}
    rows = [line.split(",") for line in divisions.ALIASES_FILE.read_text(encoding="utf-8").splitlines()[3:]]
    assert len(rows) == 58
    assert all(officials[code] == official for code, official, _ in rows)
    # An alias is needed only where nobody else in the county has that name.
    assert not {(code[:6], alias) for code, _, alias in rows} & {
        (c[:6], name) for c, name in officials.items()
    }


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("东高村镇", {"东高村"}),
        ("崔杏村村委会", {"崔杏村", "崔杏"}),
        ("太后村委会", {"太后村", "太后"}),
        ("周村村委会", {"周村"}),
        ("漩泽墅村民委员会", {"漩泽墅村", "漩泽墅"}),
        ("金谷东园社区居委会", {"金谷东园社区", "金谷东园"}),
        ("岳泰嘉园社区居民委员会", {"岳泰嘉园社区", "岳泰嘉园"}),
        ("建兰居委会", {"建兰社区", "建兰"}),
        ("新北社区", {"新北"}),
        ("巴彦嘎查委会", {"巴彦嘎查", "巴彦"}),
        ("平谷区", {"平谷"}),
        ("滨河街道", {"滨河"}),
        ("兰州街道办事处", {"兰州街道", "兰州"}),
        ("长阳土家族自治县", {"长阳土家族县", "长阳土家族", "长阳县", "长阳"}),
    ],
)
def test_short_names(name: str, short: set[str]) -> None:
    assert divisions.short_names(name) == short


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("马坊镇", "110117005"),
        ("峪口镇", "110117004"),
        ("平谷镇", "110117003"),
        ("渔阳地区", "110117003"),
        ("金海湖镇", "110117006"),
        ("东高村镇", "110117101"),
        ("滨河街道办事处", "110117001"),
        ("黄松峪", "110117213200"[:9]),
        ("崔家庄", "110117101213"),
        ("崔家庄村民委员会", "110117101213"),
        ("太后村村委会", "110117110200"),
        ("东高村镇东高村", "110117101200"),
        ("北京市平谷区东高村镇崔家庄村", "110117101213"),
        ("马坊镇　杈子庄村", "110117005219"),
        ("马坊镇-蒋里庄", "110117005204"),
        ("岳泰嘉园居委会", "110117003006"),
        ("110117101213", "110117101213"),
    ],
)
def test_written_names_that_are_certain(places: PlaceIndex, written: str, code: str) -> None:
    level = divisions.level_of(code)
    match = places.match(written, level)
    assert (match.kind, match.division and match.division.code) == ("exact", code)


@pytest.mark.parametrize(
    ("written", "level", "codes"),
    [
        ("东高村", None, ["110117101", "110117101200"]),
        ("向阳", "village", ["110117001003", "110117006211"]),
        ("马访镇", "town", ["110117005"]),
        ("马坊镇权子庄村", None, ["110117005219"]),
        ("崔家装", "village", ["110117101213"]),
    ],
)
def test_written_names_somebody_must_confirm(
    places: PlaceIndex, written: str, level: str | None, codes: list[str]
) -> None:
    match = places.match(written, level)
    assert (match.kind, [d.code for d in match.candidates], match.division) == ("likely", codes, None)


@pytest.mark.parametrize("written", ["", "村", "不知道", "寇庄", "东高村镇某某某村", "河南省"])
def test_written_names_that_mean_nothing_here(places: PlaceIndex, written: str) -> None:
    match = places.match(written)
    assert (match.kind, match.candidates) == ("none", ())


def test_a_level_excludes_what_is_plainly_something_else(places: PlaceIndex) -> None:
    assert places.match("东高村镇", "village").kind == "none"
    assert places.match("110117101", "village").kind == "none"


def test_local_names_can_be_added(pinggu: list[Division]) -> None:
    index = PlaceIndex(pinggu, more_names={"110117101213": ["前崔庄"]})
    match = index.match("前崔庄")
    assert (match.kind, match.division and match.division.code) == ("exact", "110117101213")


def test_every_official_name_under_its_town_is_found(pinggu: list[Division], places: PlaceIndex) -> None:
    towns = {d.code: d.name for d in pinggu if d.level == "town"}
    for division in pinggu:
        if division.level == "village":
            match = places.match(towns[division.code[:9]] + division.name)
            assert (match.kind, match.division) == ("exact", division)


@given(st.text(alphabet="东西南北高村庄镇崔家平谷区委会社", max_size=9))
def test_an_exact_answer_is_always_one_division_that_bears_the_name(places: PlaceIndex, written: str) -> None:
    match = places.match(written)
    assert len(match.candidates) == {"exact": 1, "none": 0}.get(match.kind, len(match.candidates))
    if match.kind == "exact" and match.division is not None:
        assert any(divisions.normalised(written).endswith(n) for n in divisions.names_of(match.division))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("平谷", PINGGU),
        ("平谷区", PINGGU),
        (PINGGU, PINGGU),
        ("110117101213", PINGGU),
        ("北京市平谷区", PINGGU),
        ("浙江省嵊州市", "330683"),
        ("巢湖", "340181"),
        ("阜城县", "131128"),
        ("南京市鼓楼区", "320106"),
        ("东莞市", "441900"),
        ("长阳县", "420528"),
    ],
)
def test_find_county(written: str, code: str) -> None:
    match = divisions.find_county(written)
    assert (match.kind, match.division and match.division.code) == ("exact", code)


def test_find_county_never_picks_between_two() -> None:
    match = divisions.find_county("鼓楼区")
    assert match.kind == "likely"
    assert [d.code for d in match.candidates] == ["320106", "320302", "350102", "410204"]
    assert divisions.find_county("999999").kind == "none"
    assert divisions.find_county("北京市").kind == "none"


def test_names_in_the_file_are_written_plainly() -> None:
    plain = re.compile(r"^[^\s,\"]+$")
    assert all(plain.match(d.name) for d in divisions.upper_divisions())
