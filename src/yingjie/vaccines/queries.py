"""Reads of products, policies and the rules in force. They are reference data of the whole instance, so nobody's area applies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from vaxkit import ruledata
from vaxkit.immunization import Presentation as VialPack
from vaxkit.immunization import Product
from vaxkit.immunization.differences import Change, difference
from vaxkit.immunization.policy import PolicySet, Statement
from vaxkit.vocabulary import Source, Text
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.vaccines import rules
from yingjie.vaccines.course import Course, course, doses_with
from yingjie.vaccines.groups import observation_of_category, observations_of
from yingjie.vaccines.models import PolicyVersion
from yingjie.vaccines.models import Product as ProductRow
from yingjie.vaccines.refusals import NotADraft, PolicyFaulty, TooEarly

__all__ = [
    "CAMPAIGN_GROUP",
    "Course",
    "VersionRow",
    "VersionView",
    "course",
    "doses_with",
    "group_of",
    "has_policies",
    "held_with",
    "left_out",
    "observation_of_category",
    "observations_of",
    "pack_sizes",
    "product",
    "products",
    "rules_before_and_after",
    "rules_with",
    "statements",
    "vaccine_title",
    "version",
    "versions",
]

#: The vaccine group that the campaign is about, as the rule data call it. With the module `campaigns` a campaign names it.
CAMPAIGN_GROUP = "COVID-19"


@dataclass(frozen=True)
class VersionRow:
    """A version of a policy as a list shows it. `effects` is what switching it on would change for whom (None: not counted)."""

    id: UUID
    policy: str
    title: Text
    group: str
    dated_on: date
    number: int
    file_name: str
    sha256: str
    state: str
    added_at: datetime
    added_by: str
    from_on: date | None
    until_on: date | None
    activated_at: datetime | None
    activated_by: str
    ended_by: str
    ended_because: str
    effects: Mapping[str, Any] | None
    measured_at: datetime | None
    measured_against: str


@dataclass(frozen=True)
class VersionView:
    """One version: its text, its statements in order, its history, and what it changes against the rules in force."""

    row: VersionRow
    content: str
    source: Source
    statements: tuple[Statement, ...]
    others: tuple[VersionRow, ...]
    from_on: date
    changes: tuple[Change, ...]
    is_measured_now: bool
    stage_titles: Mapping[str, Text]
    faulty: PolicyFaulty | None = None


def versions(actor: Actor) -> list[VersionRow]:
    """Every version of every policy, in the order of the documents' days, newest version of a policy first."""
    actor.require("vaccines.view")
    rows = PolicyVersion.objects.select_related("policy").defer("content")
    return [_row(row) for row in rows.order_by("policy__dated_on", "policy_id", "-number")]


def has_policies() -> bool:
    """Whether any policy was ever brought in."""
    return PolicyVersion.objects.exists()


def left_out(actor: Actor) -> list[VersionRow]:
    """The versions in force today that cannot be used, so that people are judged without them."""
    actor.require("vaccines.view")
    rows = PolicyVersion.objects.select_related("policy").defer("content")
    return [_row(row) for row in rows.filter(sha256__in=rules.left_out()).order_by("policy__dated_on")]


def version(actor: Actor, version_id: UUID) -> VersionView:
    """One version. Raises NotFound, NotAllowed."""
    actor.require("vaccines.view")
    found = PolicyVersion.objects.select_related("policy").filter(pk=version_id).first()
    if found is None:
        raise NotFound()
    others = found.policy.versions.select_related("policy").defer("content").order_by("-number")
    from_on = found.from_on or max(clock.today(), found.policy.dated_on)
    try:
        with_it, faulty = rules_with(found, from_on), None
    except PolicyFaulty as refusal:  # what it builds on is not in force: its rules can be read all the same
        with_it, faulty = _read_alone(found), refusal
    return VersionView(
        row=_row(found),
        content=found.content,
        source=rules.read(found.file_name, found.content).source,
        statements=tuple(row for row in with_it.statements if row.policy == found.policy_id),
        others=tuple(_row(row) for row in others),
        from_on=from_on,
        changes=() if faulty else tuple(_changes(found, from_on, with_it)),
        is_measured_now=bool(found.measured_against) and found.measured_against == rules.fingerprint(),
        stage_titles=with_it.stage_titles,
        faulty=faulty,
    )


def _read_alone(of: PolicyVersion) -> PolicySet:
    """The rules as if every document brought in until this one's day had been switched on; no rules where they do not fit."""
    earlier = PolicyVersion.objects.filter(policy__dated_on__lte=of.policy.dated_on).exclude(
        policy=of.policy_id
    )
    days = {
        row["policy"]: row
        for row in earlier.order_by("number").values("policy", "sha256", "policy__dated_on")
    }
    held = [rules.Held(row["policy__dated_on"], row["sha256"], None) for row in days.values()]
    held.append(rules.Held(of.policy.dated_on, of.sha256, None))
    try:
        return rules.built(tuple(sorted(held)), of.policy.dated_on)
    except PolicyFaulty:
        return PolicySet(code="", version="", antigens={}, groups={}, vaccines={})


def _changes(of: PolicyVersion, from_on: date, with_it: PolicySet) -> list[Change]:
    """What this version changes against the rules of its first day without it."""
    without = tuple(each for each in rules.held(from_on) if each.sha256 != of.sha256)
    before = rules.built(rules.sound(without), from_on)
    return difference(replace(before, on=from_on), replace(with_it, on=from_on))


def rules_with(of: PolicyVersion, from_on: date) -> PolicySet:
    """The rules of the day `from_on` if this version were (or as it is) in force from it."""
    return rules.built(held_with(of, from_on), from_on)


def rules_before_and_after(version_id: UUID, from_on: date) -> tuple[PolicySet, PolicySet]:
    """The rules of a day without a draft and with it. Raises NotADraft, TooEarly, NotFound."""
    found = PolicyVersion.objects.select_related("policy").filter(pk=version_id).first()
    if found is None:
        raise NotFound()
    if found.state != "draft":
        raise NotADraft()
    if from_on < found.policy.dated_on:
        raise TooEarly(effective_on=found.policy.dated_on)
    return rules.rules(from_on), rules_with(found, from_on)


def held_with(of: PolicyVersion, from_on: date) -> tuple[rules.Held, ...]:
    """The versions that would hold on a day if this one were switched on from it, those that are left out anyhow apart."""
    others = of.policy.versions.exclude(pk=of.pk).values_list("sha256", flat=True)
    return rules.with_version(
        rules.sound(rules.held(from_on)), rules.Held(from_on, of.sha256, of.until_on), others
    )


def statements(on: date | None = None) -> tuple[Statement, ...]:
    """The rules in force on a day, in words, each with its source."""
    day = on or clock.today()
    return tuple(row for row in rules.rules(day).statements if row.in_force(day))


def product(code: str) -> Product:
    """A product as its rule data states it. Raises NotFound."""
    known = ruledata.load_products().get(code)
    return known or _of_policy(code)


def group_of(product_code: str) -> str:
    """The vaccine group in which a product's doses count. Raises NotFound."""
    if product_code in ruledata.load_products():
        return CAMPAIGN_GROUP
    group = ProductRow.objects.filter(pk=product_code).values_list("group", flat=True).first()
    if group is None:
        raise NotFound()
    return group


def products() -> tuple[Product, ...]:
    """Every product, in the order of the rule data."""
    return tuple(ruledata.load_products().values())


def pack_sizes(product_code: str) -> frozenset[int]:
    """How many doses one vial or syringe of the product may hold."""
    return frozenset(pack.doses_per_vial for pack in product(product_code).presentations)


def vaccine_title(code: str) -> Text:
    """What a vaccine of the rules is called in short; one that nobody knows is called by its code."""
    try:
        return product(code).short_title
    except NotFound:
        return Text(code, code)


def _of_policy(code: str) -> Product:
    """A product that only a policy names: no label was read yet. Raises NotFound."""
    row = ProductRow.objects.select_related("platform").filter(pk=code).first()
    if row is None:
        raise NotFound()
    nothing, platform = Text("–", "–"), row.platform
    return Product(
        code=row.code, title=Text(row.name_zh, row.name_en), short_title=Text(row.short_zh, row.short_en), maker=nothing,
        technology=platform.code if platform else "", route_code="", route=nothing, body_site=nothing,
        technology_title=Text(platform.name_zh, platform.name_en) if platform else nothing, dose_millilitres=row.dose_ml,
        specification=nothing, storage_lowest_celsius=2, storage_highest_celsius=8,
        presentations=(VialPack("vial-1", 1, nothing, "M"),), source=Source(nothing, "M"), cvx=row.cvx,
        open_facts=("maker", "specification", "dose_millilitres", "route", "body_site", "storage_celsius", "presentations"),
    )  # fmt: skip


def _row(row: PolicyVersion) -> VersionRow:
    policy = row.policy
    return VersionRow(
        id=row.pk, policy=policy.code, title=Text(policy.title_zh, policy.title_en), group=policy.group,
        dated_on=policy.dated_on, number=row.number, file_name=row.file_name, sha256=row.sha256, state=row.state,
        added_at=row.added_at, added_by=row.added_by, from_on=row.from_on, until_on=row.until_on,
        activated_at=row.activated_at, activated_by=row.activated_by, ended_by=row.ended_by,
        ended_because=row.ended_because, effects=row.effects, measured_at=row.measured_at,
        measured_against=row.measured_against,
    )  # fmt: skip
