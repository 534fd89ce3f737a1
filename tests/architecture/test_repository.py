"""What must never be committed: package hosts, paths of somebody's machine, secrets; and what must be locked."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def tracked() -> list[Path]:
    """What git tracks (or, in an unpacked archive, every file)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]


def faults_of_a_lock(text: str) -> list[str]:
    """Host names, and requirements without a hash."""
    found = [f"names a host: {line}" for line in text.splitlines() if "://" in line or "index-url" in line]
    for block in re.split(r"\n(?=\S)", text.strip()):
        if "==" in block.partition("\n")[0] and "--hash=sha256:" not in block:
            found.append(f"has no hash: {block.splitlines()[0]}")
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_dependencies_are_locked_by_hash_and_name_no_host(name: str) -> None:
    assert faults_of_a_lock((ROOT / name).read_text("utf-8")) == []


def test_a_lock_with_a_host_or_without_a_hash_is_noticed() -> None:
    text = "--index-url https://mirror.example/simple\ndjango==5.2.19\n"
    assert faults_of_a_lock(text) == [
        "names a host: --index-url https://mirror.example/simple",
        "has no hash: django==5.2.19",
    ]


def test_no_lock_that_writes_hosts_is_tracked() -> None:
    assert not {path.name for path in tracked()} & {"uv.lock", "pylock.toml", "Pipfile.lock", "poetry.lock"}


def test_no_file_names_somebodys_machine_or_a_package_host() -> None:
    bad = re.compile(
        "|".join(
            ("/" + "work/", "/" + "root/", "/home/" + r"\w+/", "pypi" + r"\.org", "registry" + r"\.npmjs")
        )
    )
    offenders = []
    for path in tracked():
        if "vendor" in path.parts or path.suffix in (".xz", ".png", ".jpg", ".docx", ".xlsx"):
            continue
        text = path.read_text("utf-8", errors="ignore")
        offenders += [f"{path.relative_to(ROOT)}: {found.group()}" for found in bad.finditer(text)]
    assert offenders == []


def test_no_secret_is_tracked() -> None:
    names = re.compile(r"(^|/)(\.env|.*\.pem|.*\.key|keyring\.json|secret-key|id_rsa.*)$")
    assert [str(path) for path in tracked() if names.search(str(path))] == []
