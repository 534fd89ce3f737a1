"""One case against our answer (`compare`): which fields differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vaxkit.immunization.answers import Assessment, DoseVerdict, Forecast
from vaxkit.immunization.assessing import assess
from vaxkit.immunization.conformance.cases import CaseRow, ExpectedDose
from vaxkit.immunization.model import RuleSet

#: How case files shorten the names of vaccine groups.
GROUP_NAMES = {
    "dtap": "DTaP/Tdap/Td",
    "tdap": "DTaP/Tdap/Td",
    "td": "DTaP/Tdap/Td",
    "pol": "Polio",
    "ipol": "Polio",
    "ipv": "Polio",
    "mcv": "Meningococcal",
    "menacwy": "Meningococcal",
    "menb": "Meningococcal B",
    "pcv": "Pneumococcal",
    "ppsv": "Pneumococcal",
    "rota": "Rotavirus",
    "var": "Varicella",
    "flu": "Influenza",
    "je": "Japanese Encephalitis",
    "yf": "Yellow Fever",
}

#: The vaccine groups of CDC's schedule. One that a release does not have yet makes a case fail, an unknown name is a mistake.
CDC_GROUPS = (
    "Chikungunya",
    "Cholera",
    "COVID-19",
    "Dengue",
    "DTaP/Tdap/Td",
    "Ebola",
    "HepA",
    "HepB",
    "Hib",
    "HPV",
    "Influenza",
    "Japanese Encephalitis",
    "Meningococcal",
    "Meningococcal B",
    "MMR",
    "Orthopoxvirus",
    "Pneumococcal",
    "Polio",
    "Rabies",
    "Rotavirus",
    "RSV",
    "TBE",
    "Typhoid",
    "Varicella",
    "Yellow Fever",
    "Zoster",
)

#: The reasons that case files name, by our codes.
REASON_CODES = {
    "age too young": ("age.too_young", "dose.before_birth"),
    "age too old": ("age.too_old",),
    "interval too soon": ("interval.too_soon",),
    "interval too short": ("interval.too_soon",),
    "inadvertent vaccine": ("vaccine.inadvertent",),
    "inadvertent administration": ("vaccine.inadvertent",),
    "not a preferable or allowable vaccine": ("vaccine.not_suitable", "vaccine.out_of_age"),
    "live virus conflict": ("vaccine.conflict",),
    "vaccine conflict": ("vaccine.conflict",),
    "series already complete": ("series.complete",),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs: "dose status", "dose reason", "series status", "dose number", "earliest", "recommended"
    or "past due"; `place` is the number of the dose for the first two."""

    field: str
    expected: str
    found: str
    place: int | None = None


def group_name(rules: RuleSet, name: str) -> str | None:
    """The vaccine group that a case means: of the rule set, else of CDC's schedule; None when neither has it."""
    wanted = _letters(GROUP_NAMES.get(_letters(name), name))
    return next((group for group in (*rules.groups, *CDC_GROUPS) if _letters(group) == wanted), None)


def compare(row: CaseRow, rules: RuleSet, group: str) -> tuple[tuple[Difference, ...], Forecast | None]:
    """The fields of `row` in which our answer for `group` differs, and that answer."""
    antigens = {
        held.antigen
        for item in row.doses
        if item.dose.vaccine in rules.vaccines
        for held in rules.vaccines[item.dose.vaccine].associations
    }
    asked = [
        *({group} & rules.groups.keys()),
        *(name for name, other in rules.groups.items() if antigens & set(other.antigens)),
    ]
    answer = assess(
        rules, row.patient, [item.dose for item in row.doses], row.on, groups=tuple(dict.fromkeys(asked))
    )
    forecast = answer.groups.get(group)
    found: list[Difference] = []
    for place, item in enumerate(row.doses, start=1):
        found.extend(_dose_differences(place, item, answer, forecast))
    found.extend(_forecast_differences(row, forecast))
    return tuple(found), forecast


def _dose_differences(
    place: int, item: ExpectedDose, answer: Assessment, forecast: Forecast | None
) -> list[Difference]:
    """A dose that the group does not hold at all is judged in its own groups."""
    own = forecast.verdicts(item.dose.id) if forecast is not None else ()
    verdicts = own or answer.verdicts(item.dose.id) if item.status is not None else own
    status = Forecast.status_among(verdicts)
    if status is not item.status:
        expected, got = (str(value.value) if value is not None else "" for value in (item.status, status))
        return [Difference("dose status", expected, got, place)]
    if item.reason and not _has_reason(item.reason, verdicts):
        told = sorted({reason.code for verdict in verdicts for reason in verdict.reasons})
        return [Difference("dose reason", item.reason, ", ".join(told), place)]
    return []


def _has_reason(reason: str, verdicts: tuple[DoseVerdict, ...]) -> bool:
    codes = REASON_CODES.get(_plain(reason), ())
    return any(told.code in codes for verdict in verdicts for told in verdict.reasons)


def _forecast_differences(row: CaseRow, forecast: Forecast | None) -> list[Difference]:
    expected = row.expected
    pairs: list[tuple[str, object, object]] = [
        ("series status", expected.status, forecast.status if forecast is not None else None),
        ("dose number", expected.dose_number, forecast.next_dose_number if forecast is not None else None),
        ("earliest", expected.earliest_on, forecast.earliest_on if forecast is not None else None),
        ("recommended", expected.recommended_on, forecast.recommended_on if forecast is not None else None),
        ("past due", expected.past_due_on, forecast.past_due_on if forecast is not None else None),
    ]
    return [Difference(field, _shown(wanted), _shown(got)) for field, wanted, got in pairs if wanted != got]


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _letters(name: str) -> str:
    return _plain(name).replace(" ", "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()
