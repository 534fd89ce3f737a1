"""Fewer series for one person (`narrowed`): only those that can have a dose that counts, and the default one.

Where a group has one default series, a series without a valid dose is never chosen (SELECTSCORE-2), so it need not be
evaluated. A series can have a valid dose only if one of the products given may be its first. This saves most of the work for
one person; a test holds the answers against those of all series.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from weakref import WeakKeyDictionary

from vaxkit.immunization.batch_limits import uncovered
from vaxkit.immunization.model import Series, SkipContext
from vaxkit.immunization.person import GivenDose, Patient
from vaxkit.immunization.policy import PolicySet

_KEPT: WeakKeyDictionary[PolicySet, dict[tuple[str, frozenset[str]], PolicySet]] = WeakKeyDictionary()
_PLAIN: WeakKeyDictionary[PolicySet, dict[str, dict[str, frozenset[str]] | None]] = WeakKeyDictionary()


def narrowed(rules: PolicySet, patient: Patient, doses: Iterable[GivenDose], group: str) -> PolicySet:
    """The rules with the series that matter for these doses; the rules themselves when that cannot be said: several
    antigens, series of other kinds, not one default, or something that bars the person."""
    first = _first_products(rules, group)
    if first is None or _may_be_barred(rules, patient, group):
        return rules
    given = {dose.vaccine for dose in doses}
    names = frozenset(name for name, products in first.items() if not products.isdisjoint(given))
    kept = _KEPT.setdefault(rules, {})
    if (group, names) not in kept:
        kept[group, names] = _only(rules, names, group)
    return kept[group, names]


def first_products(series: Series) -> frozenset[str]:
    """The products that may be the first to count: of the first dose, and of later ones as long as those before can be
    skipped for the product that is given."""
    found: set[str] = set()
    passing: frozenset[str] | None = None  # the products for which the doses so far can be skipped; None: any
    for dose in series.doses:
        accepted = {row.vaccine for row in (*dose.preferable, *dose.allowable)}
        found |= accepted if passing is None else accepted & passing
        skips = [row for skip in dose.skips if skip.context is not SkipContext.FORECAST for row in skip.sets]
        if not skips:
            break
        if all(row.when is not None and row.when.given for row in skips):
            given = frozenset(code for row in skips if row.when is not None for code in row.when.given)
            passing = given if passing is None else passing & given
    return frozenset(found)


def _first_products(rules: PolicySet, group: str) -> dict[str, frozenset[str]] | None:
    kept = _PLAIN.setdefault(rules, {})
    if group not in kept:
        plain = _is_plain(rules, group)
        kept[group] = {row.name: first_products(row) for row in _series(rules, group)} if plain else None
    return kept[group]


def _series(rules: PolicySet, group: str) -> tuple[Series, ...]:
    return rules.antigens[rules.groups[group].antigens[0]].series


def _is_plain(rules: PolicySet, group: str) -> bool:
    """One antigen, standard series for everybody with one default, no conditions of CDSi: what the batch covers too."""
    return not uncovered(rules, group)


def _may_be_barred(rules: PolicySet, patient: Patient, group: str) -> bool:
    antigen = rules.antigens[rules.groups[group].antigens[0]]
    bars = {row.observation for row in (*antigen.contraindications, *antigen.vaccine_contraindications)}
    return any(row.code in bars for row in patient.observations)


def _only(rules: PolicySet, names: frozenset[str], group: str) -> PolicySet:
    name = rules.groups[group].antigens[0]
    kept = tuple(row for row in _series(rules, group) if row.name in names or row.select.default)
    if len(kept) == len(_series(rules, group)):
        return rules
    antigens = {**rules.antigens, name: replace(rules.antigens[name], series=kept)}
    return replace(rules, antigens=antigens)
