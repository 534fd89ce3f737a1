"""The schedule file: vaccine groups, vaccines, conflicts, observations, and the rule set of it all (`rule_set_of`)."""

from __future__ import annotations

from collections.abc import Mapping

from vaxkit.immunization.model import (
    Antigen,
    Association,
    CodedValue,
    ObservationKind,
    RuleSet,
    Vaccine,
    VaccineConflict,
    VaccineGroup,
)
from vaxkit.ruledata.cdsi.values import (
    Element,
    filled,
    needed_period_at,
    period_at,
    text_at,
    vaccine_code,
    yes_at,
)


def rule_set_of(root: Element, antigens: Mapping[str, Antigen], version: str) -> RuleSet:
    full = {
        text_at(row, "name"): yes_at(row, "administerFullVaccineGroup")
        for row in root.findall("vaccineGroups/vaccineGroup")
    }
    groups = {}
    for row in root.findall("vaccineGroupToAntigenMap/vaccineGroupMap"):
        name = text_at(row, "name")
        members = tuple((item.text or "").strip() for item in row.findall("antigen"))
        groups[name] = VaccineGroup(name, members, full.get(name, False))
    vaccines = (_vaccine(row) for row in root.findall("cvxToAntigenMap/cvxMap"))
    return RuleSet(
        code="cdsi",
        version=version,
        antigens=antigens,
        groups=groups,
        vaccines={vaccine.code: vaccine for vaccine in vaccines},
        conflicts=tuple(_conflict(row) for row in root.findall("liveVirusConflicts/liveVirusConflict")),
        observations={
            kind.code: kind for kind in map(_observation, root.findall("observations/observation"))
        },
    )


def _vaccine(node: Element) -> Vaccine:
    return Vaccine(
        code=vaccine_code(text_at(node, "cvx")),
        title=text_at(node, "shortDescription"),
        associations=tuple(
            Association(
                text_at(row, "antigen"),
                period_at(row, "associationBeginAge"),
                period_at(row, "associationEndAge"),
            )
            for row in filled(node, "association")
        ),
    )


def _conflict(node: Element) -> VaccineConflict:
    return VaccineConflict(
        previous=vaccine_code(text_at(node, "previous/cvx")),
        current=vaccine_code(text_at(node, "current/cvx")),
        begin=needed_period_at(node, "conflictBeginInterval"),
        minimum_end=needed_period_at(node, "minConflictEndInterval"),
        end=needed_period_at(node, "conflictEndInterval"),
    )


def _observation(node: Element) -> ObservationKind:
    return ObservationKind(
        code=text_at(node, "observationCode"),
        title=text_at(node, "observationTitle"),
        group=text_at(node, "group"),
        indication_text=text_at(node, "indicationText"),
        contraindication_text=text_at(node, "contraindicationText"),
        clarifying_text=text_at(node, "clarifyingText"),
        coded_values=tuple(
            CodedValue(text_at(row, "code"), text_at(row, "codeSystem"), text_at(row, "text"))
            for row in node.iter("codedValue")
        ),
    )
