"""What policies hold beyond CDSi's model: `PolicySet`, a rule set with the statements it was made of.

PolicyVersion  one document: code, version, from when
Statement      one rule in words with its source; `RuleSet.documents` has the source under the same key
Gap            days between a campaign dose and another vaccine
Preference     which of the suitable products comes first
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vaxkit.immunization.model import Basis, RuleSet
from vaxkit.immunization.periods import Period
from vaxkit.vocabulary import Source, Text

_CAMPAIGN = "COVID-19"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy file in force: `effective_on` its first day, `effective_until` its last (None: no end)."""

    code: str
    version: str
    title: Text
    effective_on: date
    source: Source
    effective_until: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One rule in words. `rule` is its name; `series`, `dose` and `kind` say what it stands on ("" and 0: no series);
    `facts` are its figures as written, for tables and for comparing. In force from `effective_on` (None: also for
    doses given earlier) to `effective_until` (None: no end)."""

    rule: str
    kind: str
    text: Text
    source: Source
    policy: str
    series: str = ""
    dose: int = 0
    stage: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    effective_on: date | None = None
    effective_until: date | None = None

    @property
    def document(self) -> str:
        """The key of its source in `RuleSet.documents`."""
        return f"{self.policy}/{self.rule}"

    def in_force(self, on: date) -> bool:
        return (self.effective_on is None or self.effective_on <= on) and (
            self.effective_until is None or on <= self.effective_until
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """`minimum` between a dose against `antigens` (none named: any) and one of `others`, for ages from `begin_age` to below
    `end_age`."""

    rule: str
    others: frozenset[str]
    minimum: Period
    text: Text
    source: Source
    begin_age: Period | None = None
    end_age: Period | None = None
    effective_on: date | None = None
    cessation_on: date | None = None
    antigens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Preference:
    """Among the products that suit a dose, the one given as dose `same_as_dose`, or `products` in this order, come
    first."""

    series: str
    dose: int
    rule: str
    text: Text
    same_as_dose: int | None = None
    products: tuple[str, ...] = ()
    effective_on: date | None = None
    cessation_on: date | None = None


@dataclass(frozen=True, eq=False)
class PolicySet(RuleSet):
    """The rules of all policies in force on the day `on`.

    `stages` names the stage of each dose by (series, number); `targets` the dose by the document that brought it, the
    basis of "dose 3 is next"; `other_vaccines` are vaccines outside the campaign that a gap may name;
    `observation_kinds` says of each observation whether it is a group, a matter of health or an infection; `stage_titles`
    are the policies' own words for stages.
    """

    on: date | None = None
    policies: tuple[PolicyVersion, ...] = ()
    statements: tuple[Statement, ...] = ()
    gaps: tuple[Gap, ...] = ()
    preferences: tuple[Preference, ...] = ()
    stages: Mapping[tuple[str, int], str] = field(default_factory=dict)
    targets: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    other_vaccines: Mapping[str, Text] = field(default_factory=dict)
    observation_kinds: Mapping[str, str] = field(default_factory=dict)
    stage_titles: Mapping[str, Text] = field(default_factory=dict)

    @property
    def main_group(self) -> str:
        """The vaccine group of the campaign: COVID-19 where there is one, else the first."""
        return _CAMPAIGN if _CAMPAIGN in self.groups else next(iter(self.groups), _CAMPAIGN)

    def statement(self, basis: Basis | None) -> Statement | None:
        """The statement behind a row or an explanation, None when there is none."""
        if basis is None:
            return None
        return next((row for row in self.statements if row.document == basis.document), None)
