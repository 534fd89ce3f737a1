"""Why a line got its fate: a code, how heavy it weighs, and the words with their `{places}` filled. Data in `vocabulary`.

Weights: `refused` and `doubtful` decide the fate; `changed` says what would change in the ledger; `note` changes nothing.
"""

from __future__ import annotations

import json
from typing import TypedDict

from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem, Text
from yingjie.people.roster import vocabulary


class Reason(TypedDict):
    """As stored with the line: it never holds a number or a phone."""

    code: str
    weight: str
    zh: str
    en: str


def reason(code: str, **facts: object) -> Reason:
    """A reason with its places filled; facts may be `Text`, which is then said in each language."""
    weight, words = vocabulary.reasons()[code]
    zh, en = words.zh.format(**_in("zh", facts)), words.en.format(**_in("en", facts))
    return Reason(code=code, weight=weight, zh=zh, en=en)


def of_problem(found: Problem, weight: str = "refused") -> Reason:
    """What `vaxkit.identity` could not read, as a reason of this weight."""
    return Reason(code=found.code, weight=weight, zh=found.reason.zh, en=found.reason.en)


def of_code(code: str, weight: str = "refused") -> Reason:
    """The reason for a problem of `vaxkit.identity` by its code."""
    return of_problem(problem(code), weight)


def reason_text(found: Reason) -> str:
    """As it is kept."""
    return json.dumps(found, ensure_ascii=False)


def _in(language: str, facts: dict[str, object]) -> dict[str, object]:
    said = {name: value.in_(language) if isinstance(value, Text) else value for name, value in facts.items()}
    return {
        name: value[:60] if isinstance(value, str) and name == "text" else value
        for name, value in said.items()
    }


def word(code: str) -> Text:
    """A word that stands inside reasons, such as a role in a household or "(none)"."""
    return vocabulary.reasons()[f"word.{code}"][1]
