"""Vendors the front-end files into `src/yingjie/web/static/`, so that nobody else needs Node or a network.

    python tools/vendor.py          fetch the packages named below, copy their files, build the icon sprite, write the manifest
    python tools/vendor.py --check  compare the committed files with the manifest's checksums; exit 1 on a difference

`npm pack` is used at this moment only. Every file copied is listed in `static/vendor/manifest.json` with the package's name,
version, licence and the file's SHA-256. References to source maps are cut off, because the maps are not shipped and a static
file store that hashes names would look for them. To take a newer version: change it here, run, look at the pages, commit.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "src" / "yingjie" / "web" / "static"
VENDOR = STATIC / "vendor"
SPRITE = STATIC / "web" / "icons.svg"
MANIFEST = VENDOR / "manifest.json"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    folder: str
    files: tuple[tuple[str, str], ...]
    """(path inside the package, name under static/vendor/<folder>/)"""
    licence_text: str | None = None
    """Written as LICENSE when the package carries none of its own."""


TABLER_LICENCE = """\
MIT License

Copyright (c) 2018-2026 The Tabler Authors
Copyright (c) 2018-2026 codecalm.net Paweł Kuna

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""

PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "MIT",
        "tabler",
        (("dist/css/tabler.min.css", "tabler.min.css"), ("dist/js/tabler.min.js", "tabler.min.js")),
        licence_text=TABLER_LICENCE,
    ),
    Package(
        "htmx.org", "2.0.11", "0BSD", "htmx", (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "LICENSE"))
    ),
    Package(
        "echarts",
        "6.1.0",
        "Apache-2.0",
        "echarts",
        (("dist/echarts.min.js", "echarts.min.js"), ("LICENSE", "LICENSE"), ("NOTICE", "NOTICE")),
    ),
)
ICONS = Package("@tabler/icons", "3.51.0", "MIT", "tabler-icons", (("LICENSE", "LICENSE"),))

# Only what the screens use, one name a line; the package's own sprite of all icons is 2 MB.
ICON_NAMES = Path(__file__).with_name("icons.txt")


def unpack(package: Package, where: Path) -> Path:
    """Fetches one package with `npm pack` and returns its unpacked folder."""
    reference = f"{package.name}@{package.version}"
    done = subprocess.run(
        ["npm", "pack", "--silent", reference], cwd=where, check=True, capture_output=True, text=True
    )
    target = where / package.folder
    with tarfile.open(where / done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def without_source_map(content: bytes) -> bytes:
    return re.sub(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ ?\*/)\s*$", b"\n", content)


def copy_files(package: Package, source: Path) -> None:
    folder = VENDOR / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    for inside, name in package.files:
        (folder / name).write_bytes(without_source_map((source / inside).read_bytes()))
    if package.licence_text:
        (folder / "LICENSE").write_text(package.licence_text, encoding="utf-8")


def build_sprite(source: Path) -> None:
    """One SVG with a <symbol> per icon; pages refer to it with <use href="…/icons.svg#name">."""
    symbols = []
    for name in ICON_NAMES.read_text("utf-8").split():
        svg = (source / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        body = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", svg, flags=re.S)
        shapes = [line.strip() for line in body.splitlines() if line.strip() and "M0 0h24v24H0z" not in line]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>')
    comment = f"<!-- Tabler Icons {ICONS.version}, MIT, see vendor/tabler-icons/LICENSE. Built by tools/vendor.py. -->"
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + comment + "\n" + "\n".join(symbols) + "\n</svg>\n",
        encoding="utf-8",
    )


def sums(package: Package) -> dict[str, str]:
    files = sorted((VENDOR / package.folder).iterdir())
    if package is ICONS:
        files.append(SPRITE)
    return {
        path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def manifest() -> list[dict[str, object]]:
    return [
        {"name": p.name, "version": p.version, "licence": p.licence, "files": sums(p)}
        for p in (*PACKAGES, ICONS)
    ]


def differences() -> list[str]:
    """Names of files that differ from the manifest, are missing, or are not listed."""
    listed: dict[str, str] = {}
    for entry in json.loads(MANIFEST.read_text(encoding="utf-8")):
        listed |= entry["files"]
    present = [p for p in VENDOR.rglob("*") if p.is_file() and p != MANIFEST] + [SPRITE]
    found = {
        p.relative_to(STATIC).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in present
        if p.exists()
    }
    return sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        wrong = differences()
        for name in wrong:
            print(f"differs from the manifest: {name}")
        return 1 if wrong else 0
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            copy_files(package, unpack(package, Path(scratch)))
        icons = unpack(ICONS, Path(scratch))
        copy_files(ICONS, icons)
        build_sprite(icons)
    MANIFEST.write_text(json.dumps(manifest(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{MANIFEST.relative_to(STATIC.parent)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
