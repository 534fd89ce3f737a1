"""A rule set written as policy files (`written`): the way back from the model to the YAML, for CDC's data above all.

What is written and read again is the same model, but for what YAML adds: titles of doses, and behind every row the document
it stands in. One file holds what all share (groups, vaccines, observations, conflicts), and one each disease; of a single
vaccine group all stands in one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from vaxkit.immunization.model import (
    AgeRule,
    Antigen,
    Contraindication,
    Immunity,
    Indication,
    IntervalRule,
    ObservationKind,
    RuleSet,
    Series,
    SeriesDose,
    SeriesKind,
    SkipCondition,
    SkipSet,
    Vaccine,
    VaccineConflict,
    VaccineRule,
)
from vaxkit.immunization.periods import Period
from vaxkit.ruledata.policies.merging import plain_name
from vaxkit.ruledata.policies.yaml_text import FlowList, FlowMap, yaml_text
from vaxkit.vocabulary import Source, Text

Raw = dict[str, Any]
_LENGTHS = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended", "maximum")
_USUAL_PERIOD = re.compile(
    r"(\d{1,3} (year|month)s?|\d{1,5} (week|day)s?)( [+-] (\d{1,3} (year|month)s?|\d{1,5} (week|day)s?))*"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What every file says of itself: its code (those of single diseases add their name), words, first day, document."""

    code: str
    title: Text
    effective_on: date
    source: Source
    version: str = "1"


def written(rules: RuleSet, heading: Heading, group: str | None = None) -> dict[str, str]:
    """YAML files by name: the whole rule set, or one vaccine group as a file of its own. Raises KeyError for a group that
    the rule set does not have."""
    if group is not None:
        return {f"{heading.code}.yaml": yaml_text(_head(heading) | _alone(rules, group))}
    files = {f"{heading.code}.yaml": yaml_text(_head(heading) | _shared(rules))}
    for antigen in rules.antigens.values():
        code = f"{heading.code}-{plain_name(antigen.name)}"
        title = Text(f"{heading.title.zh}：{antigen.name}", f"{heading.title.en}: {antigen.name}")
        own = Heading(code, title, heading.effective_on, heading.source, heading.version)
        head = _head(own)
        files[f"{code}.yaml"] = yaml_text(
            head | {"antigens": [_antigen(antigen)]} | _rules_of(antigen, rules)
        )
    return files


def _head(heading: Heading) -> Raw:
    source: Raw = {"document": _two(heading.source.document), "mark": heading.source.mark}
    source |= {"number": heading.source.number} if heading.source.number else {}
    source |= {"on": heading.source.on.isoformat()} if heading.source.on else {}
    return {
        "code": heading.code,
        "version": heading.version,
        "title": _two(heading.title),
        "effective_on": heading.effective_on.isoformat(),
        "judges_earlier_doses": True,
        "source": source,
    }


def _shared(rules: RuleSet) -> Raw:
    return _filled(
        groups=[_group(rules, name) for name in rules.groups],
        antigens=[{"code": name} for name in rules.antigens],
        vaccines=[_vaccine(row) for row in rules.vaccines.values()],
        others=_others(rules.conflicts, rules),
        observations=[_observation(row) for row in rules.observations.values()],
        conflicts=list(_conflicts(rules.conflicts)),
    )


def _alone(rules: RuleSet, name: str) -> Raw:
    """One vaccine group with all that its rules name, and no more."""
    antigens = [rules.antigens[code] for code in rules.groups[name].antigens]
    parts = [_rules_of(antigen, rules, alone=len(antigens) == 1) for antigen in antigens]
    held = set(rules.groups[name].antigens)
    named = {word for part in parts for word in _words(part)}
    proofs = {word for antigen in antigens for word in _words(_immunity(antigen.immunity))}
    vaccines = [
        row
        for code, row in rules.vaccines.items()
        if code in named or any(part.antigen in held for part in row.associations)
    ]
    codes = {row.code for row in vaccines}
    conflicts = [row for row in rules.conflicts if row.current in codes]
    observed = [row for code, row in rules.observations.items() if code in named | proofs]
    joined: Raw = {}
    for part in parts:
        for kind, rows in part.items():
            joined.setdefault(kind, []).extend(rows)
    own = [] if (name,) == rules.groups[name].antigens else [_group(rules, name)]
    return (
        _filled(
            groups=own,
            antigens=[_antigen(antigen) for antigen in antigens],
            vaccines=[_vaccine(row, held) for row in vaccines],
            others=_others(conflicts, rules, codes),
            observations=[_observation(row) for row in observed],
            conflicts=list(_conflicts(conflicts)),
        )
        | joined
    )


def _words(raw: object) -> Iterator[str]:
    """Every text in a part of a file: what it names is among them."""
    if isinstance(raw, Mapping):
        for value in raw.values():
            yield from _words(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _words(value)
    elif isinstance(raw, str):
        yield raw


def _group(rules: RuleSet, name: str) -> Raw:
    row = rules.groups[name]
    return _filled(
        code=name,
        title=_both(row.title) if row.title is not None else None,
        antigens=FlowList(row.antigens),
        administer_full=row.administer_full,
    )


def _vaccine(row: Vaccine, only: set[str] | None = None) -> Raw:
    held = [part for part in row.associations if only is None or part.antigen in only]
    return {
        "code": row.code,
        "title": _both(row.text) if row.text is not None else row.title,
        "holds": FlowList(
            _filled(antigen=part.antigen, begin_age=_said(part.begin_age), end_age=_said(part.end_age))
            if part.begin_age is not None or part.end_age is not None
            else part.antigen
            for part in held
        ),
    }


def _others(
    conflicts: Iterable[VaccineConflict], rules: RuleSet, own: Iterable[str] | None = None
) -> list[Raw]:
    """Vaccines that conflicts name and nothing else does."""
    known = set(rules.vaccines if own is None else own)
    named = {code for row in conflicts for code in (row.previous, row.current)} - known
    return [
        Raw(code=code, title=rules.vaccines[code].title if code in rules.vaccines else f"CVX {code}")
        for code in sorted(named)
    ]


def _observation(row: ObservationKind) -> Raw:
    return _filled(
        code=row.code,
        title=_both(row.text) if row.text is not None else row.title,
        kind=row.group,
        indication_text=row.indication_text,
        contraindication_text=row.contraindication_text,
        clarifying_text=row.clarifying_text,
        coded_values=[
            FlowMap(_filled(code=item.code, system=item.system, text=item.text)) for item in row.coded_values
        ],
    )


def _conflicts(rows: Sequence[VaccineConflict]) -> Iterator[Raw]:
    def alike(row: VaccineConflict) -> tuple[object, ...]:
        return row.previous, row.begin, row.minimum_end, row.end

    for _, together in groupby(rows, alike):
        each = list(together)
        yield {
            "previous": FlowList([each[0].previous]),
            "current": FlowList(row.current for row in each),
            "begin": _said(each[0].begin),
            "minimum_end": _said(each[0].minimum_end),
            "end": _said(each[0].end),
        }


def _antigen(antigen: Antigen) -> Raw:
    return _filled(code=antigen.name, immunity=_immunity(antigen.immunity))


def _immunity(immunity: Immunity | None) -> Raw | None:
    if immunity is None:
        return None
    return _filled(
        observations=[
            FlowMap({"observation": code, "title": title}) if title else code
            for code, title in immunity.observations.items()
        ],
        births=[
            FlowMap(
                _filled(
                    born_before=row.born_before.isoformat(),
                    country=row.country,
                    unless=FlowList(sorted(row.exclusions)),
                )
            )
            for row in immunity.births
        ],
    )


def _rules_of(antigen: Antigen, rules: RuleSet, *, alone: bool = True) -> Raw:
    """Series and contraindications of a disease; `alone`: the file is about no other."""
    group = next((name for name, row in rules.groups.items() if antigen.name in row.antigens), antigen.name)
    bars = (*antigen.contraindications, *antigen.vaccine_contraindications)
    of = [] if alone else [antigen.name]
    return _filled(
        contraindications=[_bar(row, of) for row in bars],
        series=[_series(row, group, of) for row in antigen.series],
    )


def _bar(row: Contraindication, antigens: list[str]) -> Raw:
    items = [
        _filled(
            product=item.vaccine,
            title=item.title,
            begin_age=_said(item.begin_age),
            end_age=_said(item.end_age),
        )
        for item in row.vaccines
    ]
    return _filled(
        observations=FlowList([row.observation]),
        antigens=FlowList(antigens),
        title=row.title,
        text=_both(row.text) if row.text is not None else None,
        guidance=row.guidance,
        begin_age=_said(row.begin_age),
        end_age=_said(row.end_age),
        deferral=row.deferral,
        review_after=_said(row.review_after),
        **_days(row),
        products=[FlowMap(item) for item in items],
    )


def _series(row: Series, group: str, antigens: list[str]) -> Raw:
    select = row.select
    return _filled(
        code=row.name,
        title=_both(row.title) if row.title is not None else row.name,
        antigen=antigens[0] if antigens else None,
        group=row.group if row.group != group else None,
        kind=row.kind.value.replace(" ", "-") if row.kind is not SeriesKind.STANDARD else None,
        default=select.default,
        preference=select.preference,
        select=_filled(
            group=select.group if select.group != "1" else None,
            group_name=select.group_name if select.group_name != "Standard" else None,
            priority=select.priority if select.priority != "A" else None,
            product_path=select.product_path,
            minimum_age_to_start=_said(select.minimum_age_to_start),
            maximum_age_to_start=_said(select.maximum_age_to_start),
        ),
        genders=FlowList(sorted(row.genders)),
        indications=[_indication(item) for item in row.indications],
        equivalent_groups=FlowList(sorted(row.equivalent_groups)),
        guidance=list(row.guidance),
        **_days(row),
        doses=[_dose(item) for item in row.doses],
    )


def _indication(row: Indication) -> Raw:
    return Raw(
        _filled(
            observation=row.observation,
            title=row.title,
            description=row.description,
            begin_age=_said(row.begin_age),
            end_age=_said(row.end_age),
            guidance=row.guidance,
            **_days(row),
        )
    )


def _dose(row: SeriesDose) -> Raw:
    waits = [_interval(item) for item in row.intervals]
    season = row.season
    raw = _filled(
        number=row.number,
        ages=[_age(item) for item in row.ages],
        intervals=waits,
        allowable_intervals=[_interval(item) for item in row.allowable_intervals],
        preferable=list(_products(row.preferable, offered=True)),
        allowable=list(_products(row.allowable, offered=False)),
        inadvertent=list(_products(row.inadvertent, offered=False)),
        recurring=row.recurring,
        seasons=[FlowMap(_filled(begin_on=_day(season.begin_on), end_on=_day(season.end_on)))]
        if season
        else [],
        skips=[_skip(skip.context.value, skip.sets, skip.every) for skip in row.skips],
    )
    if row.number > 1 and not waits:
        raw["intervals"] = []
    return raw


def _age(row: AgeRule) -> Raw:
    return FlowMap({name: _said(getattr(row, name)) for name in _LENGTHS if getattr(row, name)} | _days(row))


def _interval(row: IntervalRule) -> Raw:
    since: object = "previous"
    if row.from_target_dose is not None:
        since = FlowMap({"dose": row.from_target_dose})
    elif row.from_most_recent:
        since = FlowMap({"products": FlowList(sorted(row.from_most_recent))})
    elif row.from_observation is not None:
        since = FlowMap({"observation": row.from_observation, "earlier_doses": "invalid"})
    lengths = {name: _said(getattr(row, name)) for name in _LENGTHS[:4] if getattr(row, name)}
    return FlowMap(
        {"from": since} | lengths | ({"priority": "override"} if row.overrides else {}) | _days(row)
    )


def _products(rows: Iterable[VaccineRule], *, offered: bool) -> Iterator[Raw]:
    def alike(row: VaccineRule) -> tuple[object, ...]:
        days = row.effective_on or date.min, row.cessation_on or date.max
        return row.begin_age, row.end_age, row.forecast, days

    for _, together in groupby(rows, alike):
        each = list(together)
        items = [
            _filled(
                product=row.vaccine,
                title=row.title,
                trade_name=row.trade_name,
                maker=row.maker,
                volume=row.volume,
            )
            for row in each
        ]
        yield _filled(
            begin_age=_said(each[0].begin_age),
            end_age=_said(each[0].end_age),
            **_days(each[0]),
            products=[FlowMap(item) for item in items],
        ) | ({"offered": False} if offered and not each[0].forecast else {})


def _skip(context: str, sets: Sequence[SkipSet], every: bool) -> Raw:
    if len(sets) == 1 and not every:
        return {"context": context} | _set(sets[0])
    return {"context": context, "sets": [_set(row) for row in sets]} | (
        {"sets_logic": "all"} if every else {}
    )


def _set(row: SkipSet) -> Raw:
    return _filled(
        description=row.description,
        **_days(row),
        logic=None if row.every else "any",
        conditions=[_condition(item) for item in row.conditions],
    )


def _condition(row: SkipCondition) -> Raw:
    raw = _filled(
        type=row.kind.value.replace(" ", "-"),
        begin_age=_said(row.begin_age),
        end_age=_said(row.end_age),
        begin_on=_day(row.begin_on),
        end_on=_day(row.end_on),
        interval=_said(row.interval),
        count_logic=row.count_logic.value if row.count_logic is not None else None,
        valid_only=row.valid_only,
        products=FlowList(sorted(row.vaccines)),
        series_groups=FlowList(sorted(row.series_groups)),
    )
    return FlowMap(raw | ({"dose_count": row.dose_count} if row.dose_count is not None else {}))


def _days(row: Any) -> Raw:
    return _filled(effective_on=_day(row.effective_on), effective_until=_day(row.cessation_on))


def _day(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None


def _said(length: Period | None) -> str | None:
    """A length of time as the schema wants it."""
    if length is None:
        return None
    if _USUAL_PERIOD.fullmatch(length.text):
        return length.text
    parts = [f"{length.months} months"] if length.months or not length.days else []
    if length.days:
        sign = "" if not parts else ("- " if length.days < 0 else "+ ")
        parts.append(f"{sign}{abs(length.days)} days")
    return " ".join(parts)


def _two(text: Text) -> Raw:
    return FlowMap({"zh": text.zh, "en": text.en})


def _both(text: Text) -> object:
    return text.zh if text.zh == text.en else _two(text)


def _filled(**fields: Any) -> Raw:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", False, [], {})}
