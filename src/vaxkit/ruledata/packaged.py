"""The JSON Schemas and examples that ship with vaxkit, beside what they describe."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def packaged_text(name: str) -> str:
    """A text file of vaxkit by its path, such as "rostering/examples/week.yaml"."""
    return files("vaxkit").joinpath(*name.split("/")).read_text("utf-8")


@cache
def packaged_schema(folder: str, name: str) -> Mapping[str, Any]:
    """`name`.schema.json of a folder of vaxkit, such as "assignment" or "ruledata/schemas". Not to be changed by the caller."""
    found: Mapping[str, Any] = json.loads(packaged_text(f"{folder}/{name}.schema.json"))
    return found
