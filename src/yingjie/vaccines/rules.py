"""The rules of a day: every version of every policy that holds on it, laid over one another by vaxkit.

    rules(on)        the PolicySet that people are judged by on that day
    fingerprint(on)  tells one day's rules from another's: where it differs, standings must be made anew
    read(name, text) one policy file; raises PolicyFaulty with every fault

A version holds from the day that was chosen here (never before the document's own) until the day before another version of the
same policy began; doses of that time go on being judged by it. A version that was withdrawn is as if it had never been, from
the day of its withdrawal on: what it replaced holds again. Built sets are kept by what they were built from.

A version in force that cannot be read any more, or does not fit the others (its text was written for another release), is left
out, and people go on being judged by the others: `sound` are those that are used, `left_out` what the policies' page warns of.
Bringing a version in and switching it on stay strict.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import cast

from vaxkit.immunization.policy import PolicySet
from vaxkit.ruledata.policies.building import build
from vaxkit.ruledata.policies.diseases import vaccine_groups
from vaxkit.ruledata.policies.faults import PolicyError
from vaxkit.ruledata.policies.reading import PolicyFile, read_policy
from yingjie.foundation import clock
from yingjie.vaccines.models import PolicyVersion
from yingjie.vaccines.refusals import PolicyFaulty

_DAY = timedelta(days=1)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class Held:
    """A version with the days between which it holds: from `from_on`, before `until_on` (None: no end)."""

    from_on: date
    sha256: str
    until_on: date | None


@dataclass(frozen=True)
class _Named:
    """A text where vaxkit's reader expects a file."""

    name: str
    content: str

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.content


def rules(on: date | None = None) -> PolicySet:
    """What people are judged by on the day `on` (today)."""
    day = on or clock.today()
    return built(sound(held(day)), day)


def held(on: date) -> tuple[Held, ...]:
    """The versions whose first day has come by `on`, replaced ones too; those withdrawn by then not."""
    rows = PolicyVersion.objects.filter(from_on__lte=on).order_by("from_on", "sha256")
    rows = rows.exclude(state="withdrawn", until_on__lte=on)
    found = rows.values_list("from_on", "sha256", "until_on")
    return tuple(Held(first, sha256, until) for first, sha256, until in found if first is not None)


def with_version(versions: Iterable[Held], new: Held, instead_of: Iterable[str]) -> tuple[Held, ...]:
    """The same rules with a version switched on, in the place of those of the same policy (`instead_of`: their sha256)."""
    gone = set(instead_of)
    kept = [
        replace(each, until_on=new.from_on) if each.sha256 in gone and each.until_on is None else each
        for each in versions
        if each.sha256 != new.sha256
    ]
    return tuple(sorted([*kept, new], key=lambda each: (each.from_on, each.sha256)))


def fingerprint(on: date | None = None) -> str:
    """64 hex digits: which versions hold on the day, and which of their own ends have passed."""
    day = on or clock.today()
    return fingerprint_of(held(day), day)


def fingerprint_of(versions: tuple[Held, ...], on: date) -> str:
    used = sound(versions)
    ends = sorted(end for end in _own_ends(used) if end < on)
    return hashlib.sha256(repr((used, ends)).encode()).hexdigest()


@lru_cache(maxsize=16)
def sound(versions: tuple[Held, ...]) -> tuple[Held, ...]:
    """The versions that can be read and laid over one another: all of them, as a rule. Raises PolicyFaulty where none is."""
    try:
        _built(versions)
        return versions
    except PolicyFaulty as faulty:
        kept: tuple[Held, ...] = ()
        for each in sorted(filter(_readable, versions), key=lambda row: _file(row.sha256).order):
            if _fits((*kept, each)):
                kept = (*kept, each)
        if not kept:
            raise
        left = [each.sha256[:12] for each in versions if each not in kept]
        logger.error("policy versions left out of the rules: %s: %s", ", ".join(left), faulty)
        return tuple(each for each in versions if each in kept)


def left_out(on: date | None = None) -> frozenset[str]:
    """The sha256 of the versions that hold on a day and are left out."""
    versions = held(on or clock.today())
    return frozenset({each.sha256 for each in versions} - {each.sha256 for each in sound(versions)})


def built(versions: tuple[Held, ...], on: date) -> PolicySet:
    """The rule set that these versions make on the day `on`. Raises PolicyFaulty where they do not fit together."""
    here = tuple(each for each in versions if each.from_on <= on)
    over = [end + _DAY for end in _own_ends(here) if end < on]
    return _built(here, max(over)) if over else _built(here)


def read(name: str, content: str) -> PolicyFile:
    """One policy, its form checked. Raises PolicyFaulty with every fault."""
    try:
        return read_policy(cast(Traversable, _Named(name, content)))
    except PolicyError as error:
        raise PolicyFaulty(error.faults) from error


def vaccine_groups_with(file: PolicyFile) -> dict[str, str]:
    """The vaccine group of every vaccine that the policies brought in so far and this one name."""
    others = [_file(sha) for sha in PolicyVersion.objects.values_list("sha256", flat=True) if _can_read(sha)]
    return vaccine_groups(sorted([*others, file], key=lambda each: each.order))


def group_about(file: PolicyFile, usual: str) -> str:
    """The vaccine group that a policy is about."""
    groups = [row["code"] for row in file.raw.get("groups", ())]
    return next(iter([*groups, *file.declares]), usual)


def sha256_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache(maxsize=16)
def _built(versions: tuple[Held, ...], since: date = date.min) -> PolicySet:
    """The rule set from the day on which the last version began or, where that is later, `since`: the last own end of a rule."""
    files = [_dated(_file(each.sha256), each) for each in versions]
    on = max((each.from_on for each in versions), default=date.min)
    try:
        return build(sorted(files, key=lambda file: file.order), max(on, since))
    except PolicyError as error:
        raise PolicyFaulty(error.faults) from error


@lru_cache(maxsize=64)
def _file(sha256: str) -> PolicyFile:
    row = PolicyVersion.objects.filter(sha256=sha256).values_list("file_name", "content").first()
    if row is None:
        raise LookupError(f"no policy version has the sha256 {sha256}")
    return read(*row)


def _can_read(sha256: str) -> bool:
    try:
        _file(sha256)
    except PolicyFaulty:
        return False
    return True


def _readable(each: Held) -> bool:
    return _can_read(each.sha256)


def _fits(versions: tuple[Held, ...]) -> bool:
    try:
        _built(versions)
    except PolicyFaulty:
        return False
    return True


def _dated(file: PolicyFile, of: Held) -> PolicyFile:
    """The file with the days on which it holds here."""
    until = file.effective_until
    if of.until_on is not None:
        until = min(until or date.max, of.until_on - _DAY)
    return replace(file, effective_on=max(file.effective_on, of.from_on), effective_until=until)


def _own_ends(versions: tuple[Held, ...]) -> list[date]:
    """The last days of rules that end by themselves."""
    return [row.effective_until for row in _built(versions).statements if row.effective_until is not None]
