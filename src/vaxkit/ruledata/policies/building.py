"""Merged policies turned into the engine's model (`build`). `rows` makes what stands on a dose, `diseases` what a disease has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from vaxkit.immunization.model import (
    Antigen,
    Association,
    Basis,
    CodedValue,
    ConditionalSkip,
    ContraindicatedVaccine,
    Contraindication,
    Indication,
    ObservationKind,
    SelectSeries,
    Series,
    SeriesDose,
    SeriesKind,
    SkipContext,
    SkipSet,
    Vaccine,
    VaccineConflict,
    VaccineRule,
)
from vaxkit.immunization.periods import Period
from vaxkit.immunization.policy import Gap, PolicySet, PolicyVersion, Preference
from vaxkit.immunization.when import When
from vaxkit.ruledata.policies.checking import check
from vaxkit.ruledata.policies.diseases import (
    USUAL_TITLE,
    Diseases,
    diseases_of,
    groups_of,
    immunity_of,
)
from vaxkit.ruledata.policies.faults import PolicyError
from vaxkit.ruledata.policies.merging import USUAL, Entry, Merged, home, merge
from vaxkit.ruledata.policies.reading import PolicyFile, day_of, text_of, title_of
from vaxkit.ruledata.policies.rows import (
    Told,
    age_rule,
    interval_rule,
    period,
    season_of,
    skip_of,
    vaccine_rules,
    words,
)
from vaxkit.vocabulary import Text


def build(policies: Sequence[PolicyFile], on: date) -> PolicySet:
    """The rule set that the policies, all effective by `on`, make together. Raises PolicyError with every fault."""
    merged = merge(policies)
    diseases = diseases_of(policies, merged)
    faults = [*merged.faults, *check(policies, merged, diseases)]
    if faults:
        raise PolicyError(faults)
    others = {row["code"]: row for policy in policies for row in policy.raw.get("others", ())}
    vaccines = _vaccines(policies, merged)
    told = Told(
        merged=merged,
        on=on,
        titles={
            **{code: text_of(row["title"]) for code, row in others.items()},
            **{code: row.text or Text(row.title, row.title) for code, row in vaccines.items()},
        },
    )
    observed = {row["code"]: row for policy in policies for row in policy.raw.get("observations", ())}
    kinds = {code: _observation(row) for code, row in observed.items()}
    bars = [found for entry in _of(merged, "contraindications") for found in _bars(entry, told, kinds)]
    series = [_series(code, raw, diseases, told, kinds) for code, raw in merged.series.items()]
    gaps = []
    for entry in _of(merged, "gaps"):
        gaps.append(_gap(entry, told))
        bars += [
            (name, row) for name in home(entry.policy, merged) for row in _waits(entry, gaps[-1], others)
        ]
    preferences = tuple(_preference(entry, told) for entry in _of(merged, "prefer"))
    conflicts = tuple(row for entry in _of(merged, "conflicts") for row in _conflicts(entry, told))
    groups = groups_of(diseases)
    is_usual = USUAL in groups
    title = USUAL_TITLE if is_usual else next((row.title for row in groups.values() if row.title), None)
    return PolicySet(
        code="cn-covid" if is_usual else policies[0].code,
        version=max((policy.effective_on for policy in policies), default=on).isoformat(),
        title=title,
        antigens={
            name: Antigen(
                name,
                tuple(row for row in series if row.antigen == name),
                contraindications=tuple(row for of, row in bars if of == name and not row.vaccines),
                vaccine_contraindications=tuple(row for of, row in bars if of == name and row.vaccines),
                immunity=immunity_of(disease, {code: row.title for code, row in kinds.items()}),
            )
            for name, disease in diseases.found.items()
        },
        groups=groups,
        vaccines=vaccines,
        conflicts=conflicts,
        observations=kinds,
        documents=told.documents,
        on=on,
        policies=tuple(policy_version(policy) for policy in policies),
        statements=tuple(told.statements),
        gaps=tuple(gaps),
        preferences=preferences,
        stages=dict(merged.stages),
        targets=told.targets,
        other_vaccines={code: text_of(row["title"]) for code, row in others.items()},
        observation_kinds={code: row.get("kind", "health") for code, row in observed.items()},
        stage_titles={
            code: text_of(raw)
            for policy in policies
            for code, raw in policy.raw.get("stage_titles", {}).items()
        },
    )


def policy_version(policy: PolicyFile) -> PolicyVersion:
    """What a policy says of itself."""
    raw = policy.raw
    return PolicyVersion(
        policy.code,
        raw["version"],
        text_of(raw["title"]),
        policy.effective_on,
        policy.source,
        policy.effective_until,
    )


def _vaccines(policies: Sequence[PolicyFile], merged: Merged) -> dict[str, Vaccine]:
    found = {}
    for policy in policies:
        own = home(policy, merged)
        for row in policy.raw.get("vaccines", ()):
            plain, both = title_of(row["title"])
            held = tuple(_association(item) for item in row.get("holds", own))
            found[row["code"]] = Vaccine(row["code"], plain, held, both)
    return found


def _association(raw: str | Mapping[str, str]) -> Association:
    if isinstance(raw, str):
        return Association(raw)
    return Association(raw["antigen"], period(raw, "begin_age"), period(raw, "end_age"))


def _observation(raw: Mapping[str, Any]) -> ObservationKind:
    plain, both = title_of(raw["title"])
    return ObservationKind(
        code=raw["code"],
        title=plain,
        group=raw.get("kind", ""),
        indication_text=raw.get("indication_text", ""),
        contraindication_text=raw.get("contraindication_text", ""),
        clarifying_text=raw.get("clarifying_text", ""),
        coded_values=tuple(
            CodedValue(row["code"], row["system"], row.get("text", "")) for row in raw.get("coded_values", ())
        ),
        text=both,
    )


def _of(merged: Merged, kind: str, series: str | None = None, dose: int = 0) -> list[Entry]:
    """Rows of a kind: of one dose, or of the whole set."""
    return [
        row
        for row in merged.entries
        if row.kind == kind and (series is None or (row.series, row.dose) == (series, dose))
    ]


def _series(
    code: str, raw: Mapping[str, Any], diseases: Diseases, told: Told, kinds: Mapping[str, ObservationKind]
) -> Series:
    numbers = sorted(number for series, number in told.merged.stages if series == code)
    rows: dict[int, dict[str, list[Entry]]] = {number: {} for number in numbers}
    for entry in told.merged.of_series.get(code, ()):
        rows[entry.dose].setdefault(entry.kind, []).append(entry)
    select = raw["select"]
    _, both = title_of(raw["title"])
    over = {number for number in numbers if _is_over(rows[number], told)}
    return Series(
        name=code,
        antigen=raw["antigen"],
        group=raw.get("group") or diseases.group_of(raw["antigen"]),
        doses=tuple(
            _dose(code, number, rows[number], told, unasked=number in over and len(over) < len(numbers))
            for number in numbers
        ),
        kind=SeriesKind(raw.get("kind", "standard").replace("-", " ")),
        select=SelectSeries(
            group=select.get("group", "1"),
            group_name=select.get("group_name", "Standard"),
            priority=select.get("priority", "A"),
            preference=raw.get("preference"),
            default=bool(raw.get("default")) or _is_only(code, told.merged),
            product_path=bool(select.get("product_path")),
            minimum_age_to_start=period(select, "minimum_age_to_start"),
            maximum_age_to_start=period(select, "maximum_age_to_start"),
        ),
        genders=frozenset(raw.get("genders", ())),
        equivalent_groups=frozenset(raw.get("equivalent_groups", ())),
        indications=tuple(_indication(row, kinds) for row in raw.get("indications", ())),
        guidance=tuple(raw.get("guidance", ())),
        title=both,
        effective_on=day_of(raw.get("effective_on")),
        cessation_on=day_of(raw.get("effective_until")),
    )


def _is_only(code: str, merged: Merged) -> bool:
    """Whether a series is the only one of its disease and for everybody: then it needs not be called the default."""
    own = merged.series[code]
    others = [row for row in merged.series.values() if row["antigen"] == own["antigen"]]
    return len(others) == 1 and own.get("kind", "standard") == "standard"


def _indication(raw: Mapping[str, Any], kinds: Mapping[str, ObservationKind]) -> Indication:
    return Indication(
        observation=raw["observation"],
        title=raw["title"] if "title" in raw else kinds[raw["observation"]].title,
        description=raw.get("description", ""),
        begin_age=period(raw, "begin_age"),
        end_age=period(raw, "end_age"),
        guidance=raw.get("guidance", ""),
        effective_on=day_of(raw.get("effective_on")),
        cessation_on=day_of(raw.get("effective_until")),
    )


def _is_over(rows: Mapping[str, list[Entry]], told: Told) -> bool:
    """Whether every row of products of a dose has ended, as those of a policy with a last day."""
    offered = rows.get("preferable", ())
    return bool(offered) and not any(told.holds(entry) for entry in offered)


def _dose(
    code: str, number: int, rows: Mapping[str, list[Entry]], told: Told, *, unasked: bool
) -> SeriesDose:
    """One dose; `unasked`: it judges doses given, and is not asked for any more."""
    skips = tuple(skip_of(entry, told) for entry in rows.get("skips", ()))
    if unasked:
        skips += (ConditionalSkip(SkipContext.FORECAST, (SkipSet((), when=When()),)),)
    brought = told.merged.introduced[code, number]
    key = f"{brought.code}/{code}.dose-{number}"
    told.documents[key] = brought.source
    told.targets[key] = (code, number)

    def products(kind: str, *, offered: bool) -> tuple[VaccineRule, ...]:
        return tuple(
            row for entry in rows.get(kind, ()) for row in vaccine_rules(entry, told, offered=offered)
        )

    return SeriesDose(
        number=number,
        ages=tuple(age_rule(entry, told) for entry in rows.get("ages", ())),
        intervals=tuple(interval_rule(entry, told) for entry in rows.get("intervals", ())),
        preferable=products("preferable", offered=True),
        allowable=products("allowable", offered=False),
        inadvertent=products("inadvertent", offered=False),
        allowable_intervals=tuple(
            interval_rule(entry, told) for entry in rows.get("allowable_intervals", ())
        ),
        skips=skips,
        recurring=bool([told.basis(entry) for entry in rows.get("recurring", ()) if told.holds(entry)]),
        season=next(
            (season_of(entry, told) for entry in reversed(rows.get("seasons", ())) if told.holds(entry)), None
        ),
        basis=Basis(document=key),
    )


def _bars(
    entry: Entry, told: Told, kinds: Mapping[str, ObservationKind]
) -> Iterator[tuple[str, Contraindication]]:
    """The contraindications of a row, each with its disease."""
    raw, basis, text = entry.raw, told.basis(entry), words(entry)
    for name in raw.get("antigens") or home(entry.policy, told.merged):
        for code in raw["observations"]:
            yield (
                name,
                Contraindication(
                    observation=code,
                    title=raw.get("title") or (text.zh if text is not None else kinds[code].title),
                    text=text,
                    guidance=raw.get("guidance", ""),
                    begin_age=period(raw, "begin_age"),
                    end_age=period(raw, "end_age"),
                    vaccines=tuple(_barred(item) for item in raw.get("products", ())),
                    deferral=bool(raw.get("deferral")),
                    review_after=period(raw, "review_after"),
                    effective_on=entry.effective_on,
                    cessation_on=entry.until,
                    basis=basis,
                ),
            )


def _barred(raw: str | Mapping[str, str]) -> ContraindicatedVaccine:
    if isinstance(raw, str):
        return ContraindicatedVaccine(raw)
    return ContraindicatedVaccine(
        raw["product"], raw.get("title", ""), period(raw, "begin_age"), period(raw, "end_age")
    )


def _conflicts(entry: Entry, told: Told) -> Iterator[VaccineConflict]:
    """The model knows no days of a conflict: one that is over is left out."""
    if not told.holds(entry):
        return
    raw, basis = entry.raw, told.basis(entry)
    for previous in raw["previous"]:
        for current in raw["current"]:
            yield VaccineConflict(
                previous=previous,
                current=current,
                begin=Period.parse(raw["begin"]),
                minimum_end=Period.parse(raw.get("minimum_end") or raw["end"]),
                end=Period.parse(raw["end"]),
                basis=basis,
            )


def _gap(entry: Entry, told: Told) -> Gap:
    told.basis(entry)
    said = told.statements[-1]
    return Gap(
        rule=entry.rule,
        others=frozenset(entry.raw["others"]),
        minimum=Period.parse(entry.raw["minimum"]),
        text=said.text,
        source=said.source,
        begin_age=period(entry.raw, "begin_age"),
        end_age=period(entry.raw, "end_age"),
        effective_on=entry.effective_on,
        cessation_on=entry.until,
        antigens=frozenset(home(entry.policy, told.merged)),
    )


def _waits(entry: Entry, gap: Gap, others: Mapping[str, Any]) -> Iterable[Contraindication]:
    """A gap as a deferral, for other vaccines that are known as an observation with its day (of the vaccine)."""
    if gap.minimum.months == gap.minimum.days == 0:
        return
    for code in sorted({others[other].get("observation", "") for other in gap.others} - {""}):
        yield Contraindication(
            observation=code,
            title=gap.text.zh,
            text=gap.text,
            begin_age=gap.begin_age,
            end_age=gap.end_age,
            deferral=True,
            review_after=gap.minimum,
            effective_on=gap.effective_on,
            cessation_on=gap.cessation_on,
            basis=Basis(document=f"{entry.policy.code}/{entry.rule}", mark=gap.source.mark),
        )


def _preference(entry: Entry, told: Told) -> Preference:
    told.basis(entry)
    return Preference(
        series=entry.series,
        dose=entry.dose,
        rule=entry.rule,
        text=told.statements[-1].text,
        same_as_dose=entry.raw.get("same_as_dose"),
        products=tuple(entry.raw.get("products", ())),
        effective_on=entry.effective_on,
        cessation_on=entry.until,
    )
