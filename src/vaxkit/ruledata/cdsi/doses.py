"""One dose of a series: ages, intervals, vaccines, conditional skips, season (`dose_of`)."""

from __future__ import annotations

from vaxkit.immunization.model import (
    AgeRule,
    ConditionalSkip,
    CountLogic,
    IntervalRule,
    Season,
    SeriesDose,
    SkipCondition,
    SkipContext,
    SkipKind,
    SkipSet,
    VaccineRule,
)
from vaxkit.ruledata.cdsi.values import (
    Element,
    codes_in,
    day_at,
    filled,
    groups_in,
    number_in,
    period_at,
    text_at,
    vaccine_code,
    yes_at,
)

_CONTEXTS = {context.value: context for context in SkipContext}


def dose_of(node: Element) -> SeriesDose:
    number = number_in(text_at(node, "doseNumber"))
    if number is None:
        raise ValueError("a series dose has no number")
    season = node.find("seasonalRecommendation")
    begin = day_at(season, "startDate") if season is not None else None
    end = day_at(season, "endDate") if season is not None else None
    return SeriesDose(
        number=number,
        ages=tuple(_age(row) for row in filled(node, "age")),
        intervals=tuple(_interval(row) for row in filled(node, "interval")),
        allowable_intervals=tuple(_interval(row) for row in filled(node, "allowableInterval")),
        preferable=tuple(_vaccine_rule(row) for row in filled(node, "preferableVaccine")),
        allowable=tuple(_vaccine_rule(row) for row in filled(node, "allowableVaccine")),
        inadvertent=tuple(_vaccine_rule(row) for row in filled(node, "inadvertentVaccine")),
        skips=tuple(_skip(row) for row in filled(node, "conditionalSkip")),
        recurring=yes_at(node, "recurringDose"),
        season=Season(begin, end) if begin or end else None,
    )


def _age(node: Element) -> AgeRule:
    return AgeRule(
        absolute_minimum=period_at(node, "absMinAge"),
        minimum=period_at(node, "minAge"),
        earliest_recommended=period_at(node, "earliestRecAge"),
        latest_recommended=period_at(node, "latestRecAge"),
        maximum=period_at(node, "maxAge"),
        effective_on=day_at(node, "effectiveDate"),
        cessation_on=day_at(node, "cessationDate"),
    )


def _interval(node: Element) -> IntervalRule:
    return IntervalRule(
        from_previous=yes_at(node, "fromPrevious"),
        from_target_dose=number_in(text_at(node, "fromTargetDose")),
        from_most_recent=codes_in(text_at(node, "fromMostRecent")),
        from_observation=text_at(node, "fromRelevantObs/code") or None,
        absolute_minimum=period_at(node, "absMinInt"),
        minimum=period_at(node, "minInt"),
        earliest_recommended=period_at(node, "earliestRecInt"),
        latest_recommended=period_at(node, "latestRecInt"),
        overrides=text_at(node, "intervalPriority").lower() == "override",
        effective_on=day_at(node, "effectiveDate"),
        cessation_on=day_at(node, "cessationDate"),
    )


def _vaccine_rule(node: Element) -> VaccineRule:
    return VaccineRule(
        vaccine=vaccine_code(text_at(node, "cvx")),
        title=text_at(node, "vaccineType"),
        begin_age=period_at(node, "beginAge"),
        end_age=period_at(node, "endAge"),
        trade_name=text_at(node, "tradeName"),
        maker=text_at(node, "mvx"),
        volume=text_at(node, "volume"),
        forecast=yes_at(node, "forecastVaccineType"),
    )


def _skip(node: Element) -> ConditionalSkip:
    return ConditionalSkip(
        context=_CONTEXTS[text_at(node, "context").lower()],
        sets=tuple(_skip_set(row) for row in filled(node, "set")),
        every=text_at(node, "setLogic").upper() == "AND",
    )


def _skip_set(node: Element) -> SkipSet:
    return SkipSet(
        conditions=tuple(_condition(row) for row in filled(node, "condition")),
        every=text_at(node, "conditionLogic").upper() != "OR",
        description=text_at(node, "setDescription"),
        effective_on=day_at(node, "effectiveDate"),
        cessation_on=day_at(node, "cessationDate"),
    )


def _condition(node: Element) -> SkipCondition:
    kind = text_at(node, "conditionType").lower()
    logic = text_at(node, "doseCountLogic").lower()
    return SkipCondition(
        kind=SkipKind.VACCINE_COUNT if kind.startswith("vaccine count") else SkipKind(kind),
        begin_on=day_at(node, "startDate"),
        end_on=day_at(node, "endDate"),
        begin_age=period_at(node, "beginAge"),
        end_age=period_at(node, "endAge"),
        interval=period_at(node, "interval"),
        dose_count=number_in(text_at(node, "doseCount")),
        count_logic=CountLogic(logic) if logic else None,
        valid_only=text_at(node, "doseType").lower() == "valid",
        vaccines=codes_in(text_at(node, "vaccineTypes")),
        series_groups=groups_in(text_at(node, "seriesGroups")),
    )
