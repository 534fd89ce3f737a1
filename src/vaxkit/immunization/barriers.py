"""7.2 Determine Evidence of Immunity and 7.3 Determine Contraindications."""

from __future__ import annotations

from collections.abc import Iterator

from vaxkit.immunization.answers import Because
from vaxkit.immunization.case import AntigenCase, Case, in_force
from vaxkit.immunization.compiled import CompiledSeries
from vaxkit.immunization.model import BirthImmunity, Contraindication, Immunity
from vaxkit.immunization.periods import add_period


def evidence_of_immunity(case: Case, immunity: Immunity | None) -> Because | None:
    """Table 7-3: an observation that proves it, or a day of birth without excluding observation."""
    if immunity is None:
        return None
    for code, title in immunity.observations.items():
        if code in case.active:
            return case.because("immune.observation", observation=code, title=title)
    for birth in immunity.births:
        if _immune_by_birth(case, birth):
            return case.because("immune.birth", before=birth.born_before)
    return None


def _immune_by_birth(case: Case, birth: BirthImmunity) -> bool:
    patient = case.patient
    same_country = (
        not birth.country
        or not patient.birth_country
        or _plain(birth.country) == _plain(patient.birth_country)
    )
    excluded = birth.exclusions & case.active.keys()
    return patient.birth_on < birth.born_before and same_country and not excluded


def _plain(country: str) -> str:
    return "".join(letter for letter in country.lower() if letter.isalnum())


def antigen_barrier(antigen: AntigenCase) -> Because | None:
    """Table 7-5: a contraindication against the whole antigen that applies."""
    for row in _applying(antigen.case, antigen.antigen.barred):
        return _told(antigen.case, row)
    return None


def barred_vaccines(antigen: AntigenCase) -> dict[str, Because]:
    """Table 7-6: the vaccines that are contraindicated, with the reason."""
    case = antigen.case
    found: dict[str, Because] = {}
    for row in _applying(case, antigen.antigen.barred_vaccines):
        for vaccine in row.vaccines:
            if case.within(vaccine.begin_age, vaccine.end_age, case.on):
                found.setdefault(vaccine.vaccine, _told(case, row))
    return found


def series_barrier(
    antigen: AntigenCase, series: CompiledSeries, barred: dict[str, Because]
) -> Because | None:
    """Table 7-7: why a series is contraindicated: the antigen is, or all its preferable vaccines are."""
    whole = antigen_barrier(antigen)
    if whole is not None or not barred:
        return whole
    preferable = {row.vaccine for dose in series.rule.doses for row in dose.preferable}
    if preferable and preferable <= barred.keys():
        return next(barred[vaccine] for vaccine in sorted(preferable))
    return None


def _applying(case: Case, rows: dict[str, tuple[Contraindication, ...]]) -> Iterator[Contraindication]:
    for (
        code,
        mine,
    ) in rows.items():  # in the order of the rules, so that of two reasons the same one is told every time
        for row in mine if code in case.active else ():
            if case.within(row.begin_age, row.end_age, case.on) and in_force(
                row.effective_on, row.cessation_on, case.on
            ):
                yield row


def _told(case: Case, row: Contraindication) -> Because:
    seen = case.active[row.observation]
    review = (
        add_period(seen.on, row.review_after)
        if row.review_after is not None and seen.on is not None
        else None
    )
    code = "contraindicated.deferral" if row.deferral else "contraindicated"
    return case.because(
        code,
        row.basis,
        observation=row.observation,
        title=row.title,
        text_zh=row.text.zh if row.text is not None else None,
        text_en=row.text.en if row.text is not None else None,
        review_on=review,
    )
