"""Why a line got its fate, as data: code → how heavy it weighs, and the words. `{places}` are filled when it is said.

Weights: `refused` and `doubtful` decide the fate; `changed` says what would change in the ledger; `note` changes nothing.
"""

from __future__ import annotations

from typing import TypedDict

from vaxkit.vocabulary import Problem, Text


class Reason(TypedDict):
    """As stored with the line: it never holds a number or a phone."""

    code: str
    weight: str
    zh: str
    en: str


_WORDS: dict[str, tuple[str, str, str]] = {
    "number.twice": ("refused", "与第 {line} 行身份证号相同，只入一次。", "Same number as line {line}; it is entered once."),
    "village.missing": ("refused", "没有村（社区）。请补填。", "There is no village. Fill it in."),
    "village.unknown": (
        "refused", "{area}没有“{text}”这个村（社区）。请核对名称。", "{area} has no village “{text}”. Check the name.",
    ),
    "village.outside": (
        "refused", "“{text}”在{place}，不属于{area}。", "“{text}” lies in {place}, outside {area}.",
    ),
    "village.likely": (
        "doubtful", "“{text}”可能是{candidates}，请确认。", "“{text}” may mean {candidates}; confirm which.",
    ),
    "town.differs": (
        "doubtful", "乡镇写的是“{text}”，但该村属于{place}。", "The township reads “{text}”, but the village lies in {place}.",
    ),
    "number.missing": (
        "doubtful", "没有身份证号，留待核实。", "There is no identity number; kept for checking.",
    ),
    "birth.differs": (
        "doubtful", "出生日期 {given} 与身份证号（{number_says}）不符。",
        "The birth date {given} does not fit the number ({number_says}).",
    ),
    "sex.differs": ("doubtful", "性别与身份证号不符。", "The sex does not fit the number."),
    "address.long": ("doubtful", "住址超过 120 字。请缩短。", "The address has more than 120 characters. Shorten it."),
    "ledger.elsewhere": (
        "doubtful", "此人已在其他地区的台账中{where}。请联系确认去向。",
        "This person is in the ledger of another area{where}. Find out where they live.",
    ),
    "ledger.other_name": (
        "doubtful", "台账中此号码的姓名是“{name}”。请核对证件。",
        "In the ledger this number belongs to “{name}”. Compare with the card.",
    ),
    "ledger.left": (
        "doubtful", "此人已于 {on} 移出台账。若已返回，请单独登记。",
        "This person left the ledger on {on}. If they are back, enter them by hand.",
    ),
    "ledger.gone": (
        "doubtful", "审核期间台账中此人的证件号已更正。请重新导入核对。",
        "The number of this person was corrected in the ledger during the review. Import the line again.",
    ),
    "changed.name": ("changed", "姓名：{old} → {new}", "Name: {old} → {new}"),
    "changed.area": ("changed", "住地：{old} → {new}", "Lives in: {old} → {new}"),
    "changed.address": ("changed", "住址：{old} → {new}", "Address: {old} → {new}"),
    "changed.phones": ("changed", "新增电话：{new}", "Phone added: {new}"),
    "changed.role": ("changed", "与户主关系：{old} → {new}", "Place in the household: {old} → {new}"),
    "changed.household": ("changed", "户：归入另一户", "Household: joins another one"),
    "village.of_import": (
        "note", "村名“{text}”未能识别，按所选的村登记。", "The village “{text}” was not understood; entered in the chosen one.",
    ),
    "grid.unknown": ("note", "没有网格“{text}”，登记到村。", "There is no grid “{text}”; entered at the village."),
    "phone.unread": ("note", "电话未录入：{why}", "Phone left out: {why}"),
    "birth.unread": ("note", "出生日期按身份证号：{why}", "Birth date taken from the number: {why}"),
    "sex.unread": ("note", "性别按身份证号。", "Sex taken from the number."),
    "number.upgraded": ("note", "15 位旧号码已换算为 18 位。", "The old 15-digit number was converted to 18 digits."),
}  # fmt: skip


def reason(code: str, **facts: object) -> Reason:
    """A reason with its places filled; facts may be `Text`, which is then said in each language."""
    weight, zh, en = _WORDS[code]
    return Reason(
        code=code, weight=weight, zh=zh.format(**_in("zh", facts)), en=en.format(**_in("en", facts))
    )


def of_problem(found: Problem, weight: str = "refused") -> Reason:
    """What `vaxkit.identity` could not read, as a reason of this weight."""
    return Reason(code=found.code, weight=weight, zh=found.reason.zh, en=found.reason.en)


def _in(language: str, facts: dict[str, object]) -> dict[str, object]:
    said = {name: value.in_(language) if isinstance(value, Text) else value for name, value in facts.items()}
    return {
        name: value[:60] if isinstance(value, str) and name == "text" else value
        for name, value in said.items()
    }
