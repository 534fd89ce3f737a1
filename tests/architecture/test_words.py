"""Chinese first, English whole: every word on screen has its Chinese, and none stands outside the catalogues."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils import translation

from yingjie.foundation.messages import catalogues, ensure_compiled

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "yingjie"
HAN = re.compile(r"[\u4e00-\u9fff]")
# Both languages stand side by side in these, because they speak before there is a catalogue to read.
SPEAK_FOR_THEMSELVES = (
    "cli/", "foundation/postgres/", "foundation/tabular/", "foundation/documents/", "demo/", "areas/divisions.py",
    "people/roster/above.py",  # how titles above a roster are written
    "config/settings.py", "web/context.py",  # the product's own name, and languages named in their own words
)  # fmt: skip
PLACEHOLDER = re.compile(r"(?<!%)%\((\w+)\)s|(?<!\{)\{(\w*)\}")


def load_messages_tool() -> object:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "messages.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True)


def test_every_catalogue_is_complete_and_up_to_date() -> None:
    outcome = check()
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parents[3].name)
def test_translations_keep_their_placeholders(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        source = entry.msgid_plural or entry.msgid
        assert sorted(PLACEHOLDER.findall(_chinese(entry))) == sorted(PLACEHOLDER.findall(source)), (
            entry.msgid
        )


def test_a_word_means_the_same_in_every_catalogue() -> None:
    """Django merges the catalogues and the first one wins: what means two things needs a context for each."""
    said: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            meanings = said.setdefault((entry.msgctxt, entry.msgid), {})
            meanings.setdefault(_chinese(entry), []).append(path.parents[3].name)
    assert {key: meanings for key, meanings in said.items() if len(meanings) > 1} == {}


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parents[3].name)
def test_every_word_is_shown_as_its_own_catalogue_says_it(path: Path) -> None:
    """The libraries that we build on bring catalogues as well, and some of them come before ours."""
    ensure_compiled()
    shown_otherwise = []
    with translation.override("zh-hans"):
        for entry in polib.pofile(str(path)):
            found = _shown(entry.msgctxt, entry.msgid, entry.msgid_plural)
            shown_otherwise += [(entry.msgid, found)] if found != _chinese(entry) else []
    assert shown_otherwise == []


def test_no_page_and_no_code_speaks_chinese_past_the_catalogues() -> None:
    offenders = []
    for path in sorted(SOURCES.rglob("*")):
        name = path.relative_to(SOURCES).as_posix()
        if path.suffix == ".html":
            offenders += [name] if HAN.search(_without_comments(path.read_text("utf-8"))) else []
        elif path.suffix == ".py" and not name.startswith(SPEAK_FOR_THEMSELVES):
            offenders += _chinese_literals(path, name)
    assert offenders == []


def test_a_word_without_its_chinese_is_noticed(tmp_path: Path) -> None:
    tool = load_messages_tool()
    app = tmp_path / "module"
    (app / "locale").mkdir(parents=True)
    (app / "templates").mkdir()
    (app / "templates" / "page.html").write_text("<h1>{% translate 'Never said in Chinese' %}</h1>", "utf-8")
    tool.ROOT = tmp_path  # type: ignore[attr-defined]
    troubles = tool.update(app, write=True)  # type: ignore[attr-defined]
    assert "lacks its Chinese: 'Never said in Chinese'" in troubles
    shutil.rmtree(app)


def _chinese(entry: polib.POEntry) -> str:
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def _shown(context: str | None, singular: str, plural: str) -> str:
    if plural:
        return (
            translation.npgettext(context, singular, plural, 2)
            if context
            else translation.ngettext(singular, plural, 2)
        )
    return translation.pgettext(context, singular) if context else translation.gettext(singular)


def _without_comments(text: str) -> str:
    return re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)


def _chinese_literals(path: Path, name: str) -> list[str]:
    """String literals with Chinese characters that are not docstrings. Comments may quote the field's terms."""
    import ast

    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        f"{name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in docstrings
    ]
