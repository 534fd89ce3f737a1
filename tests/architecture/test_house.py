"""The house stands: who imports whom. Each contract is also broken on purpose, to see that it would be noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    command = [program, "--config", str(directory / "pyproject.toml"), "--no-cache"]
    environment = {"PYTHONPATH": str(directory / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources without data, pages and migrations: enough for imports."""
    directory = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", directory)
    ignore = shutil.ignore_patterns("static", "templates", "data", "locale", "__pycache__", "migrations")
    shutil.copytree(ROOT / "src", directory / "src", ignore=ignore)
    return directory


def test_every_contract_is_kept(copy: Path) -> None:
    outcome = lint(copy)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("broken_file", "bad_import", "contract"),
    [
        ("vaxkit/coverage/__init__.py", "import django", "The wall"),
        ("yingjie/areas/queries.py", "import yingjie.people.queries", "The order of modules"),
        ("yingjie/foundation/clock.py", "import yingjie.web.registry", "The order of modules"),
        ("yingjie/people/models/person.py", "import yingjie.people.actions", "The order inside a module"),
        ("yingjie/people/views.py", "from yingjie.people.models import Person", "Views never touch models"),
        (
            "yingjie/people/queries.py",
            "import yingjie.foundation.postgres.cluster",
            "The foundation knows no module",
        ),
    ],
)
def test_a_broken_contract_is_noticed(copy: Path, broken_file: str, bad_import: str, contract: str) -> None:
    path = copy / "src" / broken_file
    before = path.read_text("utf-8")
    path.write_text(f"{before}\n{bad_import}\n", "utf-8")
    try:
        outcome = lint(copy)
    finally:
        path.write_text(before, "utf-8")
    assert outcome.returncode == 1
    broken = [line for line in outcome.stdout.splitlines() if "BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), outcome.stdout


def test_the_drawing_of_the_house_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "house.py"), "--check"]
    outcome = subprocess.run(
        command, env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}, capture_output=True
    )
    assert outcome.returncode == 0, "run: python tools/house.py"
