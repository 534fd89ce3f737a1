"""The vendored files are the ones of the manifest, and no template carries style or script of its own."""

import json
import re
from pathlib import Path

import pytest
from tools import vendor

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(
    [*(ROOT / "src").rglob("templates/**/*.html"), *(ROOT / "tests").rglob("templates/**/*.html")]
)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a script of its own": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "an on… attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "an hx-on attribute": re.compile(r"<[^>]*\shx-on", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "a foreign host": re.compile(r"(src|href)=[\"'](https?:)?//", re.I),
}


def test_vendored_files_match_the_manifest():
    assert vendor.differences() == []


def test_manifest_names_licence_and_version_and_no_host():
    text = vendor.MANIFEST.read_text("utf-8")
    entries = {entry["name"]: (entry["version"], entry["licence"]) for entry in json.loads(text)}
    assert entries == {
        "@tabler/core": ("1.6.1", "MIT"),
        "htmx.org": ("2.0.11", "0BSD"),
        "echarts": ("6.1.0", "Apache-2.0"),
        "@tabler/icons": ("3.51.0", "MIT"),
    }
    assert "://" not in text
    for folder in ("tabler", "htmx", "echarts", "tabler-icons"):
        assert (vendor.VENDOR / folder / "LICENSE").stat().st_size > 200


def test_a_changed_vendored_file_is_found(tmp_path, monkeypatch):
    import shutil

    shutil.copytree(vendor.STATIC, tmp_path / "static")
    monkeypatch.setattr(vendor, "STATIC", tmp_path / "static")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "static" / "vendor")
    monkeypatch.setattr(vendor, "SPRITE", tmp_path / "static" / "web" / "icons.svg")
    monkeypatch.setattr(vendor, "MANIFEST", tmp_path / "static" / "vendor" / "manifest.json")
    changed = tmp_path / "static" / "vendor" / "htmx" / "htmx.min.js"
    changed.write_text(changed.read_text("utf-8") + " ", "utf-8")
    (tmp_path / "static" / "vendor" / "stray.js").write_text("", "utf-8")
    assert vendor.differences() == ["vendor/htmx/htmx.min.js", "vendor/stray.js"]


def test_no_source_map_is_referred_to():
    for path in vendor.VENDOR.rglob("*.min.*"):
        assert b"sourceMappingURL" not in path.read_bytes(), path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_templates_hold_no_style_or_script(path):
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.S)
    # Tags of the template language may hold > and quotes; they are not HTML.
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("markup", [
    '<p style="color:red">', "<style>p{}</style>", "<script>alert(1)</script>", '<a onclick="x()">', "<a hx-on:click='x'>",
    '<a href="javascript:x">', '<img src="//example.org/x.png">', '<img\n  style = "">',
])  # fmt: skip
def test_the_check_finds_what_it_looks_for(markup):
    assert any(pattern.search(markup) for pattern in INLINE.values())


def test_every_icon_that_is_named_exists():
    sprite = vendor.SPRITE.read_text("utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r"{%\s*icon\s+[\"']([\w-]+)[\"']", path.read_text("utf-8")))
    for path in (ROOT / "src" / "yingjie").rglob("*.py"):
        named |= set(re.findall(r"\bicon=\"([\w-]+)\"", path.read_text("utf-8")))
    from yingjie.web.vocabulary import SECTIONS, STATUSES

    named |= {icon for _key, _title, icon in SECTIONS} | {icon for *_rest, icon in STATUSES}
    assert named - known == set()
