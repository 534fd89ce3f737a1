"""Which diseases and vaccine groups the policies are about (`diseases_of`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaxkit.faults import Path
from vaxkit.immunization.model import BirthImmunity, Immunity, VaccineGroup
from vaxkit.ruledata.policies.merging import USUAL, Merged, home, merge
from vaxkit.ruledata.policies.reading import PolicyFile, day_of, title_of
from vaxkit.vocabulary import Text

USUAL_TITLE = Text("新冠病毒疫苗", "COVID-19 vaccine")


@dataclass(slots=True)
class Disease:
    """A disease with what the latest policy says of it, and where it was last spoken of."""

    name: str
    raw: dict[str, Any] = field(default_factory=dict)
    policy: PolicyFile | None = None
    place: Path = ()


@dataclass(slots=True)
class Diseases:
    """Diseases and groups in the order in which they were first named. `groups` holds the YAML of each; a disease in no
    group is one of its own."""

    found: dict[str, Disease] = field(default_factory=dict)
    groups: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def group_of(self, antigen: str) -> str:
        """The vaccine group of a disease: the first that has it."""
        return next((code for code, raw in self.groups.items() if antigen in raw["antigens"]), antigen)


def diseases_of(policies: Sequence[PolicyFile], merged: Merged) -> Diseases:
    """What all policies together name; the usual disease where one of them is about it, or nothing is named at all."""
    told = Diseases()
    for policy in policies:
        for raw in policy.raw.get("groups", ()):
            told.groups[raw["code"]] = raw
            for name in raw["antigens"]:
                told.found.setdefault(name, Disease(name))
        for at, raw in enumerate(policy.raw.get("antigens", ())):
            disease = told.found.setdefault(raw["code"], Disease(raw["code"]))
            disease.raw.update(raw)
            disease.policy, disease.place = policy, ("antigens", at)
    usual = any(row.get("antigen") == USUAL for row in merged.series.values())
    if usual or not told.found:
        told.found.setdefault(USUAL, Disease(USUAL))
    return told


def vaccine_groups(policies: Sequence[PolicyFile]) -> dict[str, str]:
    """The vaccine group in which doses of each vaccine are recorded: that of the first disease that it holds."""
    merged = merge(policies)
    diseases, found = diseases_of(policies, merged), {}
    for policy in policies:
        for row in policy.raw.get("vaccines", ()):
            held = row.get("holds") or home(policy, merged)
            first = held[0] if isinstance(held[0], str) else held[0]["antigen"]
            found[row["code"]] = diseases.group_of(first)
    return found


def groups_of(diseases: Diseases) -> dict[str, VaccineGroup]:
    """The vaccine groups, those of one disease alone after the others."""
    found = {}
    for code, raw in diseases.groups.items():
        _, words = title_of(raw["title"]) if "title" in raw else ("", None)
        found[code] = VaccineGroup(code, tuple(raw["antigens"]), bool(raw.get("administer_full")), words)
    held = {name for row in found.values() for name in row.antigens}
    for name, disease in diseases.found.items():
        if name not in held:
            usual = USUAL_TITLE if name == USUAL and not disease.raw else None
            _, words = title_of(disease.raw["title"]) if "title" in disease.raw else ("", usual)
            found[name] = VaccineGroup(name, (name,), title=words)
    return found


def immunity_of(disease: Disease, observed: Mapping[str, str]) -> Immunity | None:
    """Evidence of immunity as the latest policy has it. `observed`: titles of observations by code."""
    raw = disease.raw.get("immunity")
    if raw is None:
        return None
    return Immunity(
        dict(_proofs(raw.get("observations", ()), observed)),
        tuple(
            BirthImmunity(day, row.get("country", ""), frozenset(row.get("unless", ())))
            for row in raw.get("births", ())
            if (day := day_of(row["born_before"])) is not None
        ),
    )


def _proofs(
    rows: Iterable[str | Mapping[str, str]], observed: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    for row in rows:
        code = row if isinstance(row, str) else row["observation"]
        title = "" if isinstance(row, str) else row.get("title", "")
        yield code, title or observed.get(code, "")
