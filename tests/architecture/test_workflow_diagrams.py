"""The diagrams in docs/workflows/ are the tables in the code."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tools import workflows

from vaxkit.vocabulary import Text


def test_every_page_is_printed_from_its_table() -> None:
    assert [path.name for path in workflows.differing()] == []


def test_pages_are_named_with_hyphens() -> None:
    names = {path.name for path in workflows.pages()}
    assert {"clinic-visit.md", "roster-import.md"} <= names
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*\.md", name)] == []


def test_a_changed_table_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = [
        (module, replace(table, titles={table.initial: Text("", "another title")}))
        for module, table in workflows.workflows()
    ]
    monkeypatch.setattr(workflows, "workflows", lambda: changed)
    assert len(workflows.differing()) == len(changed) > 0
