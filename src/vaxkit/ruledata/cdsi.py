"""CDC's CDSi supporting data (a folder of XML files) as a `RuleSet`.

    read_cdsi(folder)     AntigenSupportingData*.xml and ScheduleSupportingData.xml of any release from 4.10 on
    read_shipped_cdsi()   the newest release, shipped compressed with the package

All releases have the same elements; some spell values differently ("n/a", "1 years", "20220506"), which is read
alike here. Codes of vaccines are CVX, of two digits at least.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

from vaxkit.immunization.model import (
    AgeRule,
    Antigen,
    Association,
    BirthImmunity,
    CodedValue,
    ConditionalSkip,
    ContraindicatedVaccine,
    Contraindication,
    CountLogic,
    Immunity,
    Indication,
    IntervalRule,
    ObservationKind,
    RuleSet,
    Season,
    SelectSeries,
    Series,
    SeriesDose,
    SeriesKind,
    SkipCondition,
    SkipContext,
    SkipKind,
    SkipSet,
    Vaccine,
    VaccineConflict,
    VaccineGroup,
    VaccineRule,
)
from vaxkit.immunization.periods import Period
from vaxkit.vocabulary import Text

Element = ElementTree.Element
_Item = TypeVar("_Item")
_BLANK = frozenset({"", "n/a", "na", "none", "-"})
_CONTEXTS = {context.value: context for context in SkipContext}
_SERIES_KINDS = {kind.value: kind for kind in SeriesKind}


class CdsiDataError(ValueError):
    """Supporting data that cannot be read; the message names the file."""


def read_cdsi(folder: Path | Traversable, *, version: str = "") -> RuleSet:
    """The rule set in `folder`. Raises CdsiDataError when a file is missing or cannot be read."""
    if not folder.is_dir():
        raise CdsiDataError(f"{folder.name}: no such folder of supporting data")
    files = {}
    for file in folder.iterdir():
        if file.name.lower().endswith(".xml"):
            try:
                files[file.name] = file.read_bytes()
            except OSError as error:
                raise CdsiDataError(f"{file.name}: {error.strerror}") from error
    return rules_of(files, name=folder.name, version=version)


@cache
def read_shipped_cdsi() -> RuleSet:
    """Release 4.64 of CDC's supporting data, shipped with the package (see `us/README.md`)."""
    packed = (resources.files("vaxkit.ruledata.us") / "cdsi-4.64.tar.xz").read_bytes()
    files = {}
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                files[member.name] = content.read()
    return rules_of(files, name="cdsi-4.64", version="4.64")


def rules_of(files: Mapping[str, bytes], *, name: str, version: str = "") -> RuleSet:
    """The rule set in XML files by name. Raises CdsiDataError as read_cdsi."""
    antigen_files = sorted(file for file in files if file.startswith("Antigen"))
    schedules = [file for file in files if file.startswith("Schedule")]
    if not antigen_files or len(schedules) != 1:
        raise CdsiDataError(
            f"{name}: expected AntigenSupportingData*.xml and one ScheduleSupportingData*.xml"
        )
    antigens = {}
    for file in antigen_files:
        antigen = _read(file, files[file], _antigen)
        antigens[antigen.name] = antigen
    schedule = schedules[0]
    return _read(schedule, files[schedule], lambda root: _rule_set(root, antigens, version or name))


def _read(name: str, content: bytes, build: Callable[[Element], _Item]) -> _Item:
    try:
        return build(ElementTree.fromstring(content))
    except (ElementTree.ParseError, ValueError, KeyError) as error:
        raise CdsiDataError(f"{name}: {error}") from error


# --- values -----------------------------------------------------------------------------------------------


def _text(node: Element | None, path: str) -> str:
    """The words at `path`, "" for none and for the several spellings of "not applicable"."""
    text = ((node.findtext(path) if node is not None else None) or "").strip()
    return "" if text.lower() in _BLANK else text


def _period(node: Element, path: str) -> Period | None:
    text = _text(node, path)
    return Period.parse(text) if text else None


def _needed_period(node: Element, path: str) -> Period:
    period = _period(node, path)
    if period is None:
        raise ValueError(f"{path} is empty")
    return period


def _day(node: Element, path: str) -> date | None:
    text = _text(node, path)
    if not text:
        return None
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if american:
        return date(int(american[3]), int(american[1]), int(american[2]))
    return date.fromisoformat(text)


def _yes(node: Element, path: str) -> bool:
    return _text(node, path).lower() in ("y", "yes")


def _number(text: str) -> int | None:
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits else None


def vaccine_code(text: str) -> str:
    """A CVX code as CDC writes it: two digits at least, no further zeros ("3" and "003" are "03")."""
    code = text.strip()
    return str(int(code)).zfill(2) if code.isdigit() else code


def _codes(text: str) -> frozenset[str]:
    return frozenset(vaccine_code(part) for part in re.split(r"[;,]", text) if part.strip())


def _filled(node: Element, tag: str) -> Iterator[Element]:
    """The children `tag` that hold anything (empty ones stand for "no rule")."""
    return (child for child in node.findall(tag) if any((part.text or "").strip() for part in child.iter()))


# --- an antigen -------------------------------------------------------------------------------------------


def _antigen(root: Element) -> Antigen:
    series = tuple(_series(node) for node in root.findall("series"))
    if not series:
        raise ValueError("no series")
    return Antigen(
        name=series[0].antigen,
        series=series,
        contraindications=tuple(
            _contraindication(node)
            for node in root.findall("contraindications/vaccineGroup/contraindication")
            if _text(node, "observationCode")
        ),
        vaccine_contraindications=tuple(
            _contraindication(node)
            for node in root.findall("contraindications/vaccine/contraindication")
            if _text(node, "observationCode")
        ),
        immunity=_immunity(root.find("immunity")),
    )


def _immunity(node: Element | None) -> Immunity | None:
    if node is None:
        return None
    observations = {
        _text(row, "guidelineCode"): _text(row, "guidelineTitle") for row in _filled(node, "clinicalHistory")
    }
    births = []
    for row in _filled(node, "dateOfBirth"):
        born_before = _day(row, "immunityBirthDate")
        if born_before is not None:
            excluded = (_text(item, "exclusionCode") for item in row.findall("exclusion"))
            births.append(
                BirthImmunity(born_before, _text(row, "birthCountry"), frozenset(filter(None, excluded)))
            )
    return Immunity(observations, tuple(births)) if observations or births else None


def _contraindication(node: Element) -> Contraindication:
    words = _text(node, "contraindicationText")
    return Contraindication(
        observation=_text(node, "observationCode"),
        title=_text(node, "observationTitle"),
        text=Text(words, words) if words else None,
        guidance=_text(node, "contraindicationGuidance"),
        begin_age=_period(node, "beginAge"),
        end_age=_period(node, "endAge"),
        vaccines=tuple(
            ContraindicatedVaccine(
                vaccine_code(_text(row, "cvx")),
                _text(row, "vaccineType"),
                _period(row, "beginAge"),
                _period(row, "endAge"),
            )
            for row in _filled(node, "contraindicatedVaccine")
        ),
    )


def _series(node: Element) -> Series:
    select = node.find("selectSeries")
    if select is None:
        raise ValueError(f"series {_text(node, 'seriesName')!r} has no selectSeries")
    return Series(
        name=_text(node, "seriesName"),
        antigen=_text(node, "targetDisease"),
        group=_text(node, "vaccineGroup"),
        doses=tuple(_dose(row) for row in node.findall("seriesDose")),
        kind=_SERIES_KINDS[_text(node, "seriesType").lower()],
        select=SelectSeries(
            group=_text(select, "seriesGroup"),
            group_name=_text(select, "seriesGroupName"),
            priority=_text(select, "seriesPriority"),
            preference=_number(_text(select, "seriesPreference")),
            default=_yes(select, "defaultSeries"),
            product_path=_yes(select, "productPath"),
            minimum_age_to_start=_period(select, "minAgeToStart"),
            maximum_age_to_start=_period(select, "maxAgeToStart"),
        ),
        genders=frozenset(
            (row.text or "").strip().lower()
            for row in node.findall("requiredGender")
            if (row.text or "").strip().lower() not in _BLANK
        ),
        equivalent_groups=_groups(_text(node, "equivalentSeriesGroups")),
        indications=tuple(_indication(row) for row in _filled(node, "indication")),
        guidance=tuple(
            filter(None, ((row.text or "").strip() for row in node.findall("seriesAdminGuidance")))
        ),
    )


def _groups(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in re.split(r"[;,]", text) if part.strip())


def _indication(node: Element) -> Indication:
    return Indication(
        observation=_text(node, "observationCode/code"),
        title=_text(node, "observationCode/text"),
        description=_text(node, "description"),
        begin_age=_period(node, "beginAge"),
        end_age=_period(node, "endAge"),
        guidance=_text(node, "guidance"),
    )


# --- a dose -----------------------------------------------------------------------------------------------


def _dose(node: Element) -> SeriesDose:
    number = _number(_text(node, "doseNumber"))
    if number is None:
        raise ValueError("a series dose has no number")
    season = node.find("seasonalRecommendation")
    begin = _day(season, "startDate") if season is not None else None
    end = _day(season, "endDate") if season is not None else None
    return SeriesDose(
        number=number,
        ages=tuple(_age(row) for row in _filled(node, "age")),
        intervals=tuple(_interval(row) for row in _filled(node, "interval")),
        allowable_intervals=tuple(_interval(row) for row in _filled(node, "allowableInterval")),
        preferable=tuple(_vaccine_rule(row) for row in _filled(node, "preferableVaccine")),
        allowable=tuple(_vaccine_rule(row) for row in _filled(node, "allowableVaccine")),
        inadvertent=tuple(_vaccine_rule(row) for row in _filled(node, "inadvertentVaccine")),
        skips=tuple(_skip(row) for row in _filled(node, "conditionalSkip")),
        recurring=_yes(node, "recurringDose"),
        season=Season(begin, end) if begin or end else None,
    )


def _age(node: Element) -> AgeRule:
    return AgeRule(
        absolute_minimum=_period(node, "absMinAge"),
        minimum=_period(node, "minAge"),
        earliest_recommended=_period(node, "earliestRecAge"),
        latest_recommended=_period(node, "latestRecAge"),
        maximum=_period(node, "maxAge"),
        effective_on=_day(node, "effectiveDate"),
        cessation_on=_day(node, "cessationDate"),
    )


def _interval(node: Element) -> IntervalRule:
    return IntervalRule(
        from_previous=_yes(node, "fromPrevious"),
        from_target_dose=_number(_text(node, "fromTargetDose")),
        from_most_recent=_codes(_text(node, "fromMostRecent")),
        from_observation=_text(node, "fromRelevantObs/code") or None,
        absolute_minimum=_period(node, "absMinInt"),
        minimum=_period(node, "minInt"),
        earliest_recommended=_period(node, "earliestRecInt"),
        latest_recommended=_period(node, "latestRecInt"),
        overrides=_text(node, "intervalPriority").lower() == "override",
        effective_on=_day(node, "effectiveDate"),
        cessation_on=_day(node, "cessationDate"),
    )


def _vaccine_rule(node: Element) -> VaccineRule:
    return VaccineRule(
        vaccine=vaccine_code(_text(node, "cvx")),
        title=_text(node, "vaccineType"),
        begin_age=_period(node, "beginAge"),
        end_age=_period(node, "endAge"),
        trade_name=_text(node, "tradeName"),
        maker=_text(node, "mvx"),
        volume=_text(node, "volume"),
        forecast=_yes(node, "forecastVaccineType"),
    )


def _skip(node: Element) -> ConditionalSkip:
    return ConditionalSkip(
        context=_CONTEXTS[_text(node, "context").lower()],
        sets=tuple(_skip_set(row) for row in _filled(node, "set")),
        every=_text(node, "setLogic").upper() == "AND",
    )


def _skip_set(node: Element) -> SkipSet:
    return SkipSet(
        conditions=tuple(_condition(row) for row in _filled(node, "condition")),
        every=_text(node, "conditionLogic").upper() != "OR",
        description=_text(node, "setDescription"),
        effective_on=_day(node, "effectiveDate"),
        cessation_on=_day(node, "cessationDate"),
    )


def _condition(node: Element) -> SkipCondition:
    kind = _text(node, "conditionType").lower()
    logic = _text(node, "doseCountLogic").lower()
    return SkipCondition(
        kind=SkipKind.VACCINE_COUNT if kind.startswith("vaccine count") else SkipKind(kind),
        begin_on=_day(node, "startDate"),
        end_on=_day(node, "endDate"),
        begin_age=_period(node, "beginAge"),
        end_age=_period(node, "endAge"),
        interval=_period(node, "interval"),
        dose_count=_number(_text(node, "doseCount")),
        count_logic=CountLogic(logic) if logic else None,
        valid_only=_text(node, "doseType").lower() == "valid",
        vaccines=_codes(_text(node, "vaccineTypes")),
        series_groups=_groups(_text(node, "seriesGroups")),
    )


# --- the schedule -----------------------------------------------------------------------------------------


def _rule_set(root: Element, antigens: Mapping[str, Antigen], version: str) -> RuleSet:
    full = {
        _text(row, "name"): _yes(row, "administerFullVaccineGroup")
        for row in root.findall("vaccineGroups/vaccineGroup")
    }
    groups = {}
    for row in root.findall("vaccineGroupToAntigenMap/vaccineGroupMap"):
        name = _text(row, "name")
        members = tuple((item.text or "").strip() for item in row.findall("antigen"))
        groups[name] = VaccineGroup(name, members, full.get(name, False))
    vaccines = (_vaccine(row) for row in root.findall("cvxToAntigenMap/cvxMap"))
    return RuleSet(
        code="cdsi",
        version=version,
        antigens=antigens,
        groups=groups,
        vaccines={vaccine.code: vaccine for vaccine in vaccines},
        conflicts=tuple(_conflict(row) for row in root.findall("liveVirusConflicts/liveVirusConflict")),
        observations={
            kind.code: kind for kind in map(_observation, root.findall("observations/observation"))
        },
    )


def _vaccine(node: Element) -> Vaccine:
    return Vaccine(
        code=vaccine_code(_text(node, "cvx")),
        title=_text(node, "shortDescription"),
        associations=tuple(
            Association(
                _text(row, "antigen"), _period(row, "associationBeginAge"), _period(row, "associationEndAge")
            )
            for row in _filled(node, "association")
        ),
    )


def _conflict(node: Element) -> VaccineConflict:
    return VaccineConflict(
        previous=vaccine_code(_text(node, "previous/cvx")),
        current=vaccine_code(_text(node, "current/cvx")),
        begin=_needed_period(node, "conflictBeginInterval"),
        minimum_end=_needed_period(node, "minConflictEndInterval"),
        end=_needed_period(node, "conflictEndInterval"),
    )


def _observation(node: Element) -> ObservationKind:
    return ObservationKind(
        code=_text(node, "observationCode"),
        title=_text(node, "observationTitle"),
        group=_text(node, "group"),
        indication_text=_text(node, "indicationText"),
        contraindication_text=_text(node, "contraindicationText"),
        clarifying_text=_text(node, "clarifyingText"),
        coded_values=tuple(
            CodedValue(_text(row, "code"), _text(row, "codeSystem"), _text(row, "text"))
            for row in node.iter("codedValue")
        ),
    )
