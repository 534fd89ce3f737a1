"""The documents hold together: every link leads somewhere, both languages say the same, tables follow the data."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from vaxkit.identity.problems import PROBLEMS
from yingjie.people.roster import vocabulary

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("README*.md"), *DOCS.rglob("*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.M | re.S)
_HEADING = re.compile(r"^(#+) ", re.M)


def broken_links(page: Path, text: str) -> list[str]:
    """The relative links of a page that lead to no file or folder."""
    targets = [unquote(link.partition("#")[0]) for link in _LINK.findall(_FENCED.sub("", text))]
    relative = [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
    return [target for target in relative if not (page.parent / target).exists()]


def outline(text: str) -> list[tuple[int, int, int]]:
    """For every heading its level, and how many rows of tables and pictures stand below it."""
    plain = _FENCED.sub("", text)
    starts = [*_HEADING.finditer(plain)]
    ends = [start.start() for start in starts[1:]] + [len(plain)]
    bodies = [plain[start.end() : end] for start, end in zip(starts, ends, strict=True)]
    return [
        (len(start[1]), len(re.findall(r"^\|", body, re.M)), body.count("!["))
        for start, body in zip(starts, bodies, strict=True)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text("utf-8")) == []


def test_a_link_to_nothing_is_noticed() -> None:
    text = "[here](docs/) [gone](docs/gone.md#part) ![gone](gone.png) [out](https://example.org/x)"
    assert broken_links(ROOT / "README.md", text) == ["docs/gone.md", "gone.png"]


def test_both_user_guides_have_the_same_outline() -> None:
    chinese, english = (outline((DOCS / "user" / f"{name}.md").read_text("utf-8")) for name in ("zh", "en"))
    assert chinese == english


def test_a_missing_section_is_noticed() -> None:
    assert outline("# a\n\n## b\n| c |\n") == [(1, 0, 0), (2, 1, 0)]
    assert outline("# a\n\n| c |\n") == [(1, 1, 0)]


def test_both_readmes_have_the_same_outline() -> None:
    english, chinese = (
        outline((ROOT / name).read_text("utf-8")) for name in ("README.md", "README.zh-CN.md")
    )
    assert chinese == english


def test_the_index_names_every_document() -> None:
    index = DOCS / "README.md"
    named = {(DOCS / link.partition("#")[0]).resolve() for link in _LINK.findall(index.read_text("utf-8"))}
    workflows = DOCS / "workflows"
    wanted = {page for page in DOCS.rglob("*.md") if page.parent != workflows} | {workflows / "README.md"}
    assert wanted - named - {index} == set()


def test_the_list_of_workflows_names_every_page() -> None:
    folder = DOCS / "workflows"
    named = set(_LINK.findall((folder / "README.md").read_text("utf-8")))
    assert named == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_the_page_about_rosters_has_every_heading_role_and_reason() -> None:
    rows = {
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in (DOCS / "how-to" / "roster-columns.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    }
    roles: dict[str, list[str]] = {}
    for word, meaning in vocabulary.words("role").items():
        roles.setdefault(meaning, []).append(word)
    titles = vocabulary.titles()
    wanted = {
        (f"`{field}`", f"{titles[field].zh} · {titles[field].en}", "、".join(headings))
        for field, headings in vocabulary.headings().items()
    }
    wanted |= {(f"`{role}`", "、".join(words)) for role, words in roles.items()}
    wanted |= {
        (f"`{code}`", words.zh, words.en)
        for code, (weight, words) in vocabulary.reasons().items()
        if weight != "word"
    }
    wanted |= {(f"`{code}`", words.zh, words.en) for code, words in PROBLEMS.items() if code != "id.missing"}
    assert wanted - rows == set()
