"""Where each resident stands for the campaign: exactly one term of the ledger's balance (台账平衡).

    registered = away + elsewhere_proved + deferred + contraindicated + declined + not_offered + done_1 + done_2 + … + to_do

`close` answers for one person, `close_columns` for as many as there are; both walk the same `RULES` in the same order, and
whoever asks a database walks them too. What is asked is always about a goal, the dose that the campaign now wants everybody to
have: with goal 1 a person with one dose is done_1, with goal 2 the same person is to_do with dose 2. Where the goal is the last
dose of the course, it is each person's own course that is meant (`own_goal`): one dose of some vaccines, three of others.

Order of precedence, and why:

1. elsewhere_proved   the goal is reached, and every dose that counts was given and proved elsewhere
2. done_n             the goal is reached with n doses that count, or the course is complete with fewer (some vaccines need one
                      only); a dose on record outranks everything that was ever said
3. not_offered        nobody offers this person the dose today (too young); they cannot be to_do, nor decline
4. contraindicated    for good, wherever they live
5. away               living away for work: nobody here can meet, defer or persuade them
6. deferred           until a day that has not come, or on medical grounds heard at the door and not yet examined
7. declined           the newest word heard is a refusal; a refusal is a right and is recorded as one
8. to_do              all others, with the dose that comes next

A visit at which nobody was met says nothing new, and a word heard up to the day of the last dose was overtaken by it: whoever gives
the facts leaves both out of `heard`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vaxkit.vocabulary import Text

if TYPE_CHECKING:
    import numpy as np


class Term(StrEnum):
    """The terms, but for the number of doses that `done` carries."""

    ELSEWHERE_PROVED = "elsewhere_proved"
    DONE = "done"
    NOT_OFFERED = "not_offered"
    CONTRAINDICATED = "contraindicated"
    AWAY = "away"
    DEFERRED = "deferred"
    DECLINED = "declined"
    TO_DO = "to_do"

    @property
    def text(self) -> Text:
        return _TITLES[self]


class Heard(StrEnum):
    """What the newest visit heard, as far as it matters here."""

    NOTHING = ""
    AGREED = "agreed"
    THINKING = "thinking"
    REFUSED = "refused"
    AWAY = "away"
    MEDICAL = "medical"
    CONTRAINDICATION = "contraindication"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person on a day. `doses` count, `doses_elsewhere` of them were given and proved elsewhere;
    `is_complete`: after them nothing more is offered, or the course is complete that the goal asks for; `is_offered`: the campaign
    has a dose for somebody of this age today. Raises ValueError for counts that cannot be."""

    doses: int = 0
    doses_elsewhere: int = 0
    is_complete: bool = False
    is_offered: bool = True
    is_contraindicated: bool = False
    lives_away: bool = False
    is_deferred: bool = False
    heard: str = Heard.NOTHING

    def __post_init__(self) -> None:
        if not 0 <= self.doses_elsewhere <= self.doses:
            raise ValueError("doses elsewhere are some of the doses that count")


@dataclass(frozen=True)
class Columns:
    """The same facts of many people, an array each, all of one length. `heard` holds the words of Heard."""

    doses: np.ndarray[Any, Any]
    doses_elsewhere: np.ndarray[Any, Any]
    is_complete: np.ndarray[Any, Any]
    is_offered: np.ndarray[Any, Any]
    is_contraindicated: np.ndarray[Any, Any]
    lives_away: np.ndarray[Any, Any]
    is_deferred: np.ndarray[Any, Any]
    heard: np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Closing:
    """A person's term. `dose` is how many they have had (done, elsewhere_proved), or else the one they have not had."""

    term: Term
    dose: int

    @property
    def code(self) -> str:
        """The word of the balance: "done_2", or the term itself."""
        return f"done_{self.dose}" if self.term is Term.DONE else self.term.value

    @property
    def is_closed(self) -> bool:
        """Whether the goal is reached."""
        return self.term in (Term.DONE, Term.ELSEWHERE_PROVED)


def _reached(facts: Any, goal: int) -> Any:
    return (facts.doses >= goal) | (facts.is_complete & (facts.doses > 0))


#: Term → whether it applies, for one person (truth values) or for columns (arrays of them), in the order of precedence. The last
#: term takes everybody who is left, so that there is always exactly one.
RULES: tuple[tuple[Term, Callable[[Any, int], Any]], ...] = (
    (
        Term.ELSEWHERE_PROVED,
        lambda facts, goal: _reached(facts, goal) & (facts.doses_elsewhere == facts.doses),
    ),
    (Term.DONE, lambda facts, goal: _reached(facts, goal)),
    (Term.NOT_OFFERED, lambda facts, goal: facts.is_offered ^ True),
    (
        Term.CONTRAINDICATED,
        lambda facts, goal: facts.is_contraindicated | (facts.heard == Heard.CONTRAINDICATION.value),
    ),
    (Term.AWAY, lambda facts, goal: facts.lives_away | (facts.heard == Heard.AWAY.value)),
    (Term.DEFERRED, lambda facts, goal: facts.is_deferred | (facts.heard == Heard.MEDICAL.value)),
    (Term.DECLINED, lambda facts, goal: facts.heard == Heard.REFUSED.value),
)
TERMS = (*(term for term, _rule in RULES), Term.TO_DO)


def close(facts: Facts, goal: int = 1) -> Closing:
    """The one term of a person. Raises ValueError for a goal below 1."""
    _check(goal)
    term = next((term for term, applies in RULES if applies(facts, goal)), Term.TO_DO)
    return Closing(term, _dose(term, facts.doses))


def close_columns(columns: Columns, goal: int = 1) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """(index into TERMS, dose) of every person: `close` for all of them at once. Raises ValueError for a goal below 1."""
    import numpy as np  # here, so that pages that ask about single people do not load it

    _check(goal)
    conditions = [np.asarray(applies(columns, goal), dtype=bool) for _term, applies in RULES]
    terms = np.select(conditions, list(range(len(RULES))), default=len(RULES)).astype(np.int8)
    reached = (terms == TERMS.index(Term.ELSEWHERE_PROVED)) | (terms == TERMS.index(Term.DONE))
    return terms, np.where(reached, columns.doses, columns.doses + 1)


def _dose(term: Term, doses: int) -> int:
    return doses if term in (Term.DONE, Term.ELSEWHERE_PROVED) else doses + 1


def _check(goal: int) -> None:
    if goal < 1:
        raise ValueError("the goal is the number of a dose, from 1")


def own_goal(goal: int, course: int, doses: int, has_course: bool) -> int:
    """The goal of one person. `course` is the number of the last dose of the course as it is commonly given: whoever is asked for
    it and has not completed the course that she began is asked for her next dose, whatever its number."""
    return max(goal, doses + 1) if goal == course and not has_course else goal


def title_of(code: str) -> Text:
    """The words of a term of the balance: "done_2" → with 2 doses. Raises ValueError for an unknown one."""
    if code.startswith("done_"):
        return Text("已接种{n}针", "Had {n} doses" if code != "done_1" else "Had {n} dose").filled(n=code[5:])
    return Term(code).text


def in_order(codes: Mapping[str, int]) -> tuple[str, ...]:
    """The codes of some counts as the equation is written: the people who need not come, those done, those to do."""
    done = sorted((code for code in codes if code.startswith("done_")), key=lambda code: int(code[5:]))
    return (
        *(term.value for term in WRITTEN if term.value in codes),
        *done,
        *(("to_do",) if "to_do" in codes else ()),
    )


WRITTEN = (
    Term.AWAY, Term.ELSEWHERE_PROVED, Term.DEFERRED, Term.CONTRAINDICATED, Term.DECLINED, Term.NOT_OFFERED,
)  # fmt: skip

_TITLES = {
    Term.ELSEWHERE_PROVED: Text("外地已接种（已核实）", "Proved elsewhere"),
    Term.DONE: Text("已接种", "Vaccinated"),
    Term.NOT_OFFERED: Text("不在接种年龄", "Not offered yet"),
    Term.CONTRAINDICATED: Text("禁忌", "Contraindicated"),
    Term.AWAY: Text("在外居住", "Living away"),
    Term.DEFERRED: Text("暂缓", "Deferred"),
    Term.DECLINED: Text("拒绝", "Declined"),
    Term.TO_DO: Text("待接种", "To do"),
}
