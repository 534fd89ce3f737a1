"""An antigen file: series with their doses, contraindications, evidence of immunity (`antigen_of`)."""

from __future__ import annotations

from vaxkit.immunization.model import (
    Antigen,
    BirthImmunity,
    ContraindicatedVaccine,
    Contraindication,
    Immunity,
    Indication,
    SelectSeries,
    Series,
    SeriesKind,
)
from vaxkit.ruledata.cdsi.doses import dose_of
from vaxkit.ruledata.cdsi.values import (
    BLANK,
    Element,
    day_at,
    filled,
    groups_in,
    number_in,
    period_at,
    text_at,
    vaccine_code,
    yes_at,
)
from vaxkit.vocabulary import Text

_SERIES_KINDS = {kind.value: kind for kind in SeriesKind}


def antigen_of(root: Element) -> Antigen:
    series = tuple(_series(node) for node in root.findall("series"))
    if not series:
        raise ValueError("no series")
    return Antigen(
        name=series[0].antigen,
        series=series,
        contraindications=tuple(
            _contraindication(node)
            for node in root.findall("contraindications/vaccineGroup/contraindication")
            if text_at(node, "observationCode")
        ),
        vaccine_contraindications=tuple(
            _contraindication(node)
            for node in root.findall("contraindications/vaccine/contraindication")
            if text_at(node, "observationCode")
        ),
        immunity=_immunity(root.find("immunity")),
    )


def _immunity(node: Element | None) -> Immunity | None:
    if node is None:
        return None
    observations = {
        text_at(row, "guidelineCode"): text_at(row, "guidelineTitle")
        for row in filled(node, "clinicalHistory")
    }
    births = []
    for row in filled(node, "dateOfBirth"):
        born_before = day_at(row, "immunityBirthDate")
        if born_before is not None:
            excluded = (text_at(item, "exclusionCode") for item in row.findall("exclusion"))
            births.append(
                BirthImmunity(born_before, text_at(row, "birthCountry"), frozenset(filter(None, excluded)))
            )
    return Immunity(observations, tuple(births)) if observations or births else None


def _contraindication(node: Element) -> Contraindication:
    words = text_at(node, "contraindicationText")
    return Contraindication(
        observation=text_at(node, "observationCode"),
        title=text_at(node, "observationTitle"),
        text=Text(words, words) if words else None,
        guidance=text_at(node, "contraindicationGuidance"),
        begin_age=period_at(node, "beginAge"),
        end_age=period_at(node, "endAge"),
        vaccines=tuple(
            ContraindicatedVaccine(
                vaccine_code(text_at(row, "cvx")),
                text_at(row, "vaccineType"),
                period_at(row, "beginAge"),
                period_at(row, "endAge"),
            )
            for row in filled(node, "contraindicatedVaccine")
        ),
    )


def _series(node: Element) -> Series:
    select = node.find("selectSeries")
    if select is None:
        raise ValueError(f"series {text_at(node, 'seriesName')!r} has no selectSeries")
    return Series(
        name=text_at(node, "seriesName"),
        antigen=text_at(node, "targetDisease"),
        group=text_at(node, "vaccineGroup"),
        doses=tuple(dose_of(row) for row in node.findall("seriesDose")),
        kind=_SERIES_KINDS[text_at(node, "seriesType").lower()],
        select=SelectSeries(
            group=text_at(select, "seriesGroup"),
            group_name=text_at(select, "seriesGroupName"),
            priority=text_at(select, "seriesPriority"),
            preference=number_in(text_at(select, "seriesPreference")),
            default=yes_at(select, "defaultSeries"),
            product_path=yes_at(select, "productPath"),
            minimum_age_to_start=period_at(select, "minAgeToStart"),
            maximum_age_to_start=period_at(select, "maxAgeToStart"),
        ),
        genders=frozenset(
            (row.text or "").strip().lower()
            for row in node.findall("requiredGender")
            if (row.text or "").strip().lower() not in BLANK
        ),
        equivalent_groups=groups_in(text_at(node, "equivalentSeriesGroups")),
        indications=tuple(_indication(row) for row in filled(node, "indication")),
        guidance=tuple(
            filter(None, ((row.text or "").strip() for row in node.findall("seriesAdminGuidance")))
        ),
    )


def _indication(node: Element) -> Indication:
    return Indication(
        observation=text_at(node, "observationCode/code"),
        title=text_at(node, "observationCode/text"),
        description=text_at(node, "description"),
        begin_age=period_at(node, "beginAge"),
        end_age=period_at(node, "endAge"),
        guidance=text_at(node, "guidance"),
    )
