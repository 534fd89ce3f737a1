"""The balance of a ledger (台账平衡): registered people against the sum of the terms, and in words what does not agree and why.

found = Balance(registered=1200, terms={"away": 60, "done_1": 300, "to_do": 840, …})
found.difference                                   0, or how many people stand in no term (or in two)
explain(found, reported={…}, known=Known(…))       findings, the equation first
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vaxkit.coverage.closing import in_order, title_of
from vaxkit.vocabulary import Text

REGISTERED = "registered"


@dataclass(frozen=True)
class Balance:
    """Counts of one area and day: `registered` people of the ledger, and the people of each term by its code."""

    registered: int
    terms: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.terms.values())

    @property
    def difference(self) -> int:
        """Registered people who stand in no term; negative: more stand in terms than are registered."""
        return self.registered - self.total

    def plus(self, other: Balance) -> Balance:
        codes = [*self.terms, *(code for code in other.terms if code not in self.terms)]
        terms = {code: self.terms.get(code, 0) + other.terms.get(code, 0) for code in codes}
        return Balance(self.registered + other.registered, terms)


@dataclass(frozen=True)
class Known:
    """What can make figures differ: people of the ledger who look like the same person twice (`duplicates`, pairs), people
    registered at the township or county without a village (`unplaced`), changes recorded after the day that concern it (`late`),
    doses elsewhere that are claimed and not decided (`claims`)."""

    duplicates: int = 0
    unplaced: int = 0
    late: int = 0
    claims: int = 0


@dataclass(frozen=True)
class Finding:
    """One sentence about the balance. `weight`: "ok", "wrong" (figures do not agree) or "why" (what may explain it);
    `people` is the difference it speaks of; `term` the code of the term that it is about, "" for the whole."""

    code: str
    weight: str
    text: Text
    people: int = 0
    term: str = ""


def equation(balance: Balance) -> Text:
    """The equation in words and figures, terms of zero left out."""
    codes = [code for code in in_order(balance.terms) if balance.terms[code]]
    zh = " + ".join(f"{title_of(code).zh} {balance.terms[code]:,}" for code in codes) or "0"
    en = " + ".join(f"{title_of(code).en.lower()} {balance.terms[code]:,}" for code in codes) or "0"
    return Text(f"在册 {balance.registered:,} = {zh}", f"Registered {balance.registered:,} = {en}")


def explain(
    balance: Balance, reported: Mapping[str, int] | None = None, known: Known = Known()
) -> tuple[Finding, ...]:
    """What agrees, what does not, and what may be the cause, in that order. `reported` are the figures that the village counted by
    hand, by term code and REGISTERED; those left out are not compared."""
    wrong = [*_own(balance), *_reported(balance, reported or {})]
    if not wrong:
        ok = equation(balance)
        return (
            Finding("balance.agrees", "ok", Text(f"平衡：{ok.zh}。", f"Balances: {ok.en}.")),
            *_causes(known, ()),
        )
    return (*wrong, *_causes(known, wrong))


def _own(balance: Balance) -> list[Finding]:
    gap = balance.difference
    if not gap:
        return []
    text = Text(
        "台账自身不平：在册 {registered} 人，各项合计 {total} 人，相差 {gap} 人。",
        "The ledger itself does not balance: {registered} registered, {total} in all terms, {gap} apart.",
    ).filled(registered=balance.registered, total=balance.total, gap=abs(gap))
    return [Finding("balance.own_sum", "wrong", text, gap)]


def _reported(balance: Balance, reported: Mapping[str, int]) -> list[Finding]:
    found = []
    terms = {code: people for code, people in reported.items() if code != REGISTERED}
    if REGISTERED in reported and terms and set(terms) >= {code for code, n in balance.terms.items() if n}:
        gap = reported[REGISTERED] - sum(terms.values())
        if gap:
            text = Text(
                "上报数自身不平：上报在册 {registered} 人，上报各项合计 {total} 人，相差 {gap} 人。",
                "The reported figures do not add up: {registered} registered, {total} in all terms, {gap} apart.",
            ).filled(registered=reported[REGISTERED], total=sum(terms.values()), gap=abs(gap))
            found.append(Finding("balance.reported_sum", "wrong", text, gap))
    if REGISTERED in reported:
        found += _term(REGISTERED, Text("在册", "Registered"), balance.registered, reported[REGISTERED])
    for code in in_order(terms):
        found += _term(code, title_of(code), balance.terms.get(code, 0), terms[code])
    return found


def _term(code: str, title: Text, counted: int, reported: int) -> list[Finding]:
    gap = counted - reported
    if not gap:
        return []
    more = Text("多", "more") if gap > 0 else Text("少", "fewer")
    text = Text(
        f"{title.zh}：台账 {counted:,} 人，上报 {reported:,} 人，台账{more.zh} {abs(gap):,} 人。",
        f"{title.en}: {counted:,} in the ledger, {reported:,} reported, {abs(gap):,} {more.en} in the ledger.",
    )
    return [Finding("balance.reported_differs", "wrong", text, gap, code)]


def _causes(known: Known, wrong: list[Finding] | tuple[Finding, ...]) -> list[Finding]:
    found = []
    for code, people, text in (
        ("balance.duplicates", known.duplicates, _DUPLICATES),
        ("balance.unplaced", known.unplaced, _UNPLACED),
        ("balance.late", known.late, _LATE),
        ("balance.claims", known.claims, _CLAIMS),
    ):
        if people:
            found.append(Finding(code, "why", text.filled(n=f"{people:,}"), people))
    if wrong and not found:
        found.append(Finding("balance.unexplained", "why", _UNEXPLAINED))
    return found


_DUPLICATES = Text(
    "有 {n} 对姓名、性别、出生日期相同的人，可能是同一人登记了两次，请核对。",
    "{n} pairs of the same name, sex and birth date: perhaps one person entered twice. Compare them.",
)
_UNPLACED = Text(
    "有 {n} 人只登记到乡镇，没有落到村，不在任何村的数里。",
    "{n} people are registered at the township without a village, so no village counts them.",
)
_LATE = Text(
    "这一天之后补录了 {n} 条涉及这一天的变动或接种，当天看到的数因此不同。",
    "{n} changes or doses that concern this day were recorded later, so the figures seen on the day were others.",
)
_CLAIMS = Text(
    "有 {n} 人自报外地接种、尚未核实，核实前仍计入待接种等项。",
    "{n} people claim doses elsewhere that are not decided yet; until then they stand in the other terms.",
)
_UNEXPLAINED = Text(
    "没有找到重复、未落村或补录；请按各项名单逐人核对。",
    "No duplicates, people without a village or late records were found: compare the lists of the terms name by name.",
)
