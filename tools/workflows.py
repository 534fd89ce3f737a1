"""Print every module's workflow tables into docs/workflows/, one page each, as Mermaid diagrams.

python tools/workflows.py           write the pages (and remove those of workflows that are gone)
python tools/workflows.py --check   change nothing; exit 1 when a page differs from its table
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from vaxkit.workflow import Workflow, as_mermaid  # noqa: E402 - the source folder must be known first

PAGES = ROOT / "docs" / "workflows"


def workflows() -> list[tuple[str, Workflow]]:
    """Every Workflow that some `yingjie/*/workflow.py` states, with the name of that module."""
    found = []
    for path in sorted((ROOT / "src" / "yingjie").glob("*/workflow.py")):
        module = import_module(f"yingjie.{path.parent.name}.workflow")
        found += [(module.__name__, value) for value in vars(module).values() if isinstance(value, Workflow)]
    return found


def text_of(module: str, workflow: Workflow) -> str:
    """The page of one workflow, in both languages where the table has titles. In brackets stand guards of the module."""
    languages = ("en", "zh") if workflow.titles else ("en",)
    diagrams = "\n".join(f"```mermaid\n{as_mermaid(workflow, lang=lang)}```\n" for lang in languages)
    return (
        f"# {workflow.name}\n\n"
        f"Printed from `{module}` by `python tools/workflows.py`; do not edit.\n\n"
        f"{diagrams}"
    )


def pages() -> dict[Path, str]:
    return {PAGES / f"{workflow.name}.md": text_of(module, workflow) for module, workflow in workflows()}


def differing() -> list[Path]:
    """Pages that are missing, differ from their table, or belong to no table."""
    wanted = pages()
    stale = [path for path in PAGES.glob("*.md") if path.name != "README.md" and path not in wanted]
    return stale + [
        path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    found = differing()
    if parser.parse_args().check:
        for path in found:
            print(f"{path.relative_to(ROOT)} differs from its table: run python tools/workflows.py")
        return 1 if found else 0
    wanted = pages()
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in found:
        if path in wanted:
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
