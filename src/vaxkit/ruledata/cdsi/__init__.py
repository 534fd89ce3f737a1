"""CDC's CDSi supporting data (a folder of XML files) as a `RuleSet`.

    read_cdsi(folder)     AntigenSupportingData*.xml and ScheduleSupportingData.xml of any release from 4.10 on
    read_shipped_cdsi()   the newest release, shipped compressed with the package

All releases have the same elements; some spell values differently ("n/a", "1 years", "20220506"), which is read
alike (`values`). `antigens`, `doses` and `schedule` read one part of the files each. Codes of vaccines are CVX, of two
digits at least.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

from vaxkit.immunization.model import RuleSet
from vaxkit.ruledata.cdsi.antigens import antigen_of
from vaxkit.ruledata.cdsi.schedule import rule_set_of
from vaxkit.ruledata.cdsi.values import Element, vaccine_code

__all__ = ["CdsiDataError", "read_cdsi", "read_shipped_cdsi", "rules_of", "vaccine_code"]

_Item = TypeVar("_Item")


class CdsiDataError(ValueError):
    """Supporting data that cannot be read; the message names the file."""


def read_cdsi(folder: Path | Traversable, *, version: str = "") -> RuleSet:
    """The rule set in `folder`. Raises CdsiDataError when a file is missing or cannot be read."""
    if not folder.is_dir():
        raise CdsiDataError(f"{folder.name}: no such folder of supporting data")
    files = {}
    for file in folder.iterdir():
        if file.name.lower().endswith(".xml"):
            try:
                files[file.name] = file.read_bytes()
            except OSError as error:
                raise CdsiDataError(f"{file.name}: {error.strerror}") from error
    return rules_of(files, name=folder.name, version=version)


@cache
def read_shipped_cdsi() -> RuleSet:
    """Release 4.64 of CDC's supporting data, shipped with the package (see `us/README.md`)."""
    packed = (resources.files("vaxkit.ruledata.us") / "cdsi-4.64.tar.xz").read_bytes()
    files = {}
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                files[member.name] = content.read()
    return rules_of(files, name="cdsi-4.64", version="4.64")


def rules_of(files: Mapping[str, bytes], *, name: str, version: str = "") -> RuleSet:
    """The rule set in XML files by name. Raises CdsiDataError as read_cdsi."""
    antigen_files = sorted(file for file in files if file.startswith("Antigen"))
    schedules = [file for file in files if file.startswith("Schedule")]
    if not antigen_files or len(schedules) != 1:
        raise CdsiDataError(
            f"{name}: expected AntigenSupportingData*.xml and one ScheduleSupportingData*.xml"
        )
    antigens = {}
    for file in antigen_files:
        antigen = _read(file, files[file], antigen_of)
        antigens[antigen.name] = antigen
    schedule = schedules[0]
    return _read(schedule, files[schedule], lambda root: rule_set_of(root, antigens, version or name))


def _read(name: str, content: bytes, build: Callable[[Element], _Item]) -> _Item:
    try:
        return build(ElementTree.fromstring(content))
    except (ElementTree.ParseError, ValueError, KeyError) as error:
        raise CdsiDataError(f"{name}: {error}") from error
