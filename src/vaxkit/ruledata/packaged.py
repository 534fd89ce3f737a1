"""The JSON Schemas that ship with vaxkit, beside what they describe."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def packaged_schema(folder: str, name: str) -> Mapping[str, Any]:
    """`name`.schema.json of a folder of vaxkit, such as "assignment" or "ruledata/schemas". Not to be changed by the caller."""
    text = files("vaxkit").joinpath(*folder.split("/"), f"{name}.schema.json").read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found
