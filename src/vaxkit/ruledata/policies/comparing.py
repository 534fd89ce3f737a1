"""Whether two rule sets are the same model (`differing`), part by part; for rules that were written and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from vaxkit.immunization.model import RuleSet
from vaxkit.immunization.periods import Period


def differing(one: RuleSet, other: RuleSet, within: str = "") -> tuple[str, ...]:
    """Where two rule sets are not the same model, as paths such as "antigens/HPV/series/0": all their parts are compared but
    the documents behind rows. `within`: only what begins so."""
    return tuple(
        path
        for name in ("antigens", "groups", "vaccines", "conflicts", "observations")
        for path in _differing(getattr(one, name), getattr(other, name), name)
        if path == within or path.startswith(f"{within}/" if within else "")
    )


def _differing(one: object, other: object, path: str) -> Iterator[str]:
    if type(one) is not type(other):
        yield path
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys((*one, *other)):
            yield from _differing(one.get(key), other.get(key), f"{path}/{key}")
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for nth, (item, twin) in enumerate(zip(one, other, strict=True)):
            yield from _differing(item, twin, f"{path}/{nth}")
    elif is_dataclass(one) and not isinstance(one, type | Period):
        for part in fields(one):
            if part.name != "basis":
                yield from _differing(
                    getattr(one, part.name), getattr(other, part.name), f"{path}/{part.name}"
                )
    elif one != other:
        yield path
