"""Draw the house from its imports: docs/house.md, which CI compares with what the code says.

python tools/house.py            write the drawing
python tools/house.py --check    exit 1 when it is out of date
"""

import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "house.md"
ORDER = [
    "cli",
    "demo",
    "plans",
    "oversight",
    "clinic",
    "reminders",
    "outreach",
    "bookings",
    "doses",
    "stock",
    "sites",
    "campaigns",
    "vaccines",
    "staff",
    "people",
    "areas",
    "web",
    "foundation",
]
HEADING = """# The house, drawn from its imports

Made by `python tools/house.py` and compared in the tests: it shows what the code does, not what we meant. An arrow means
"imports". What may import what is in `pyproject.toml` under `importlinter`; why, in [architecture.md](architecture.md).

"""


def drawing() -> str:
    graph = grimp.build_graph("vaxkit", "yingjie", cache_dir=None)
    modules = [f"yingjie.{name}" for name in ORDER if f"yingjie.{name}" in graph.modules]
    kit = sorted(graph.find_children("vaxkit"))
    lines = [HEADING + "```mermaid", "flowchart TD", "  subgraph yingjie"]
    lines += [f"    {name.split('.')[1]}" for name in modules]
    lines += ["  end", "  subgraph vaxkit"]
    lines += [f"    kit_{name.split('.')[1]}[{name.split('.')[1]}]" for name in kit]
    lines += ["  end"]
    lines += [f"  {_short(a)} --> {_short(b)}" for a, b in _arrows(graph, modules, kit)]
    return "\n".join([*lines, "```", "", *_table(graph, modules)]) + "\n"


def _short(module: str) -> str:
    package, name = module.split(".")[:2]
    return f"kit_{name}" if package == "vaxkit" else name


def _arrows(graph: grimp.ImportGraph, modules: list[str], kit: list[str]) -> list[tuple[str, str]]:
    """Direct imports between modules, and from modules into vaxkit; those into foundation and web would only be noise."""
    noise = {"yingjie.foundation", "yingjie.web"}
    pairs = [(a, b) for a in [*modules, *kit] for b in [*modules, *kit] if a != b and b not in noise]
    return [(a, b) for a, b in pairs if graph.direct_import_exists(importer=a, imported=b, as_packages=True)]


def _table(graph: grimp.ImportGraph, modules: list[str]) -> list[str]:
    rows = ["| module | files | what it is |", "|---|---|---|"]
    for module in modules:
        path = ROOT / "src" / module.replace(".", "/") / "__init__.py"
        first = path.read_text("utf-8").strip().strip('"').splitlines()[0]
        files = 1 + len([name for name in graph.find_descendants(module) if ".migrations" not in name])
        rows.append(f"| `{module}` | {files} | {first} |")
    return rows


def main() -> int:
    drawn = drawing()
    if "--check" in sys.argv:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == drawn else 1
    PAGE.write_text(drawn, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
