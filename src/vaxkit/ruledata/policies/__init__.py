"""China's policies as data: YAML of the same model as CDC's, one file a document.

    policies_in_force(on, *folders) -> PolicySet     the rules in force on a day, an engine's RuleSet
    policy_versions(*folders) -> (PolicyVersion, …)  every policy there is, by its first day

A new policy is a new file in a folder; docs/how-to/add-a-policy.md shows one. What is wrong in a file comes back as
PolicyError: file, line, place, what, what to do, in Chinese and in English.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources.abc import Traversable

from vaxkit.faults import Fault
from vaxkit.immunization.policy import PolicySet, PolicyVersion
from vaxkit.ruledata.policies.building import build, policy_version
from vaxkit.ruledata.policies.faults import PolicyError
from vaxkit.ruledata.policies.reading import PolicyFile, joined, read_policies, shipped_policies

__all__ = ["Fault", "PolicyError", "policies_in_force", "policy_versions"]


def policies_in_force(on: date, *folders: Traversable, shipped: bool = True) -> PolicySet:
    """The rule set of every policy whose first day is `on` or before: the shipped ones (unless `shipped` is False) and
    those in `folders` (a pathlib.Path is one).

    Doses are judged by the rules of their own day, so policies that are over stay in the set. Raises PolicyError.
    """
    policies = _read(folders, shipped)
    return build([policy for policy in policies if policy.effective_on <= on], on)


def policy_versions(*folders: Traversable, shipped: bool = True) -> tuple[PolicyVersion, ...]:
    """Every policy file there is, in order of its first day. Raises PolicyError."""
    return tuple(policy_version(policy) for policy in _read(folders, shipped))


def _read(folders: tuple[Traversable, ...], shipped: bool) -> tuple[PolicyFile, ...]:
    return joined([*(_shipped() if shipped else ()), *read_policies(folders)])


@lru_cache(maxsize=1)
def _shipped() -> tuple[PolicyFile, ...]:
    return read_policies([shipped_policies()])
