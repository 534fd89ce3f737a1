"""Writes of products and policies."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from vaxkit import immunization, ruledata
from vaxkit.ruledata.policies.reading import PolicyFile, shipped_policies, text_of
from vaxkit.workflow import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Person
from yingjie.vaccines import queries, refusals, rules, switching
from yingjie.vaccines.models import Manufacturer, Platform, Policy, PolicyVersion, Presentation, Product
from yingjie.vaccines.workflow import POLICY_VERSION, SwitchFacts

LARGEST_BYTES = 256 * 1024
COPIED = (
    "group", "platform", "manufacturer", "name_zh", "name_en", "short_zh", "short_en", "maker_zh", "maker_en",
    "specification", "doses_per_vial", "dose_ml", "route", "body_site", "cvx",
)  # fmt: skip
PACK_COPIED = (
    "container_zh", "container_en", "specification", "doses_per_vial", "dose_ml", "route", "mark",
)  # fmt: skip


@transaction.atomic
def load_products(*, by: Actor) -> int:
    """Bring the tables in line with the rule data; the same call again changes nothing. Returns the number of products."""
    by.require("access.manage")
    known = queries.products()
    _update(Platform, [_platform(each) for each in known], ["name_zh", "name_en"])
    _update(Manufacturer, [_maker(each) for each in known], ["name_zh", "name_en"])
    _update(Product, [_copy(each) for each in known], list(COPIED))
    packs = [_pack(each, pack) for each in known for pack in each.presentations]
    Presentation.objects.bulk_create(
        packs, update_conflicts=True, unique_fields=["product", "code"], update_fields=list(PACK_COPIED)
    )
    codes = [each.code for each in known]
    record(by=by, verb="vaccines.load_products", subject=("product", "all"), facts={"products": codes})
    return len(known)


@transaction.atomic
def load_shipped(*, by: Actor, in_force: Collection[str] | None = None) -> int:
    """Bring in the policies that come with vaxkit; those there already stay as they are. Those whose codes are in `in_force`
    (left out: all) are in force from their document's day, the others drafts for somebody to look at and switch on. Returns how
    many came."""
    by.require("access.manage")
    came = 0
    for path in sorted(shipped_policies().iterdir(), key=lambda item: item.name):
        if not path.name.endswith(".yaml"):
            continue
        content = path.read_text(encoding="utf-8")
        if PolicyVersion.objects.filter(sha256=rules.sha256_of(content)).exists():
            continue
        made = _add(by, path.name, content)
        if in_force is None or made.policy_id in in_force:
            _switch_on(by, made, made.policy.dated_on)
        came += 1
    if came:
        switching.told(by)
        record(by=by, verb="vaccines.load_shipped", subject=("policy", "all"), facts={"policies": came})
    return came


@transaction.atomic
def add_version(*, by: Actor, file_name: str, content: str) -> PolicyVersion:
    """Bring in a policy's text as a draft. It is read whole, and laid over the rules in force, so that what is wrong shows now.

    Raises PolicyFaulty, PolicyKnown, FileTooLarge, NotAllowed.
    """
    by.require("vaccines.change")
    if len(content.encode()) > LARGEST_BYTES:
        raise refusals.FileTooLarge(kilobytes=LARGEST_BYTES // 1024)
    made = _add(by, file_name, content)
    queries.rules_with(made, max(made.policy.dated_on, clock.today()))
    facts = {"policy": made.policy_id, "version": made.number, "sha256": made.sha256}
    record(by=by, verb="vaccines.add_version", subject=("policy_version", made.pk), facts=facts)
    return made


@transaction.atomic
def note_effects(*, by: Actor, version_id: UUID, against: str, effects: Mapping[str, Any]) -> PolicyVersion:
    """Keep what switching a draft on would change for whom, counted against the rules `against`. Raises NotADraft, NotFound."""
    by.require("vaccines.change")
    found = _locked(version_id)
    if found.state != "draft":
        raise refusals.NotADraft()
    found.effects, found.measured_against, found.measured_at = dict(effects), against, clock.now()
    found.save(update_fields=["effects", "measured_against", "measured_at"])
    facts = {"policy": found.policy_id, "version": found.number, "changed": effects.get("changed", 0)}
    record(by=by, verb="vaccines.note_effects", subject=("policy_version", found.pk), facts=facts)
    return found


@transaction.atomic
def activate(*, by: Actor, version_id: UUID, from_on: date) -> PolicyVersion:
    """Switch a draft on from a day; the version of the same policy that was in force ends the day before. Where nobody is in the
    ledger yet, its effect need not have been counted.

    Raises NotMeasured, MeasuredBefore, TooEarly, NotADraft, NotFound, NotAllowed.
    """
    by.require("vaccines.change")
    found = _locked(version_id)
    if from_on < found.policy.dated_on:
        raise refusals.TooEarly(effective_on=found.policy.dated_on)
    anybody = Person.objects.unscoped("whether there is anybody at all").exists()
    facts = SwitchFacts(found.measured_against, rules.fingerprint(), anybody)
    try:
        POLICY_VERSION.advance(found.state, "activate", facts)
    except StepRefused as refused:
        kinds = {
            "vaccines.not_measured": refusals.NotMeasured,
            "vaccines.measured_before": refusals.MeasuredBefore,
        }
        raise kinds.get(refused.code, refusals.NotADraft)() from refused
    _switch_on(by, found, from_on)
    said = {"policy": found.policy_id, "version": found.number, "from": from_on.isoformat()}
    record(by=by, verb="vaccines.activate", subject=("policy_version", found.pk), facts=said)
    switching.told(by)
    return found


@transaction.atomic
def withdraw(*, by: Actor, version_id: UUID, reason: str) -> PolicyVersion:
    """Take a draft away, or end a version that is in force, from today. Raises WithdrawReasonMissing, AlreadyOver, NotFound."""
    by.require("vaccines.change")
    if not reason.strip():
        raise refusals.WithdrawReasonMissing()
    found = _locked(version_id)
    was = found.state
    try:
        found.state = POLICY_VERSION.advance(found.state, "withdraw")
    except StepRefused as refused:
        raise refusals.AlreadyOver() from refused
    if found.from_on is not None:
        found.until_on = max(found.from_on, clock.today())
    found.ended_by, found.ended_because = by.name, reason.strip()
    found.save()
    facts = {"policy": found.policy_id, "version": found.number, "reason": found.ended_because}
    record(by=by, verb="vaccines.withdraw", subject=("policy_version", found.pk), facts=facts)
    if was == "active":
        switching.told(by)
    return found


def _add(by: Actor, file_name: str, content: str) -> PolicyVersion:
    file = rules.read(file_name, content)
    sha256 = rules.sha256_of(content)
    twin = PolicyVersion.objects.select_related("policy").filter(sha256=sha256).first()
    if twin is not None:
        raise refusals.PolicyKnown(number=twin.number, title=twin.policy.title_zh)
    title, own = file.raw["title"], rules.vaccine_groups_with(file)
    policy, _made = Policy.objects.update_or_create(
        code=file.code,
        defaults={"title_zh": title["zh"], "title_en": title["en"], "dated_on": file.effective_on},
        create_defaults={
            "title_zh": title["zh"], "title_en": title["en"], "dated_on": file.effective_on,
            "group": rules.group_about(file, queries.CAMPAIGN_GROUP),
        },
    )  # fmt: skip
    _name_products(file, own)
    last = policy.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return PolicyVersion.objects.create(
        id=uuid7(), policy=policy, number=last + 1, file_name=file_name[:120], sha256=sha256, content=content,
        added_at=clock.now(), added_by=by.name,
    )  # fmt: skip


def _switch_on(by: Actor, found: PolicyVersion, from_on: date) -> None:
    before = found.policy.versions.filter(state="active").exclude(pk=found.pk)
    for row in before:
        row.state = POLICY_VERSION.advance(row.state, "replace")
        row.until_on = max(from_on, row.from_on or from_on)
        row.ended_by = by.name
        row.save(update_fields=["state", "until_on", "ended_by"])
    found.state, found.from_on = "active", from_on
    found.activated_at, found.activated_by = clock.now(), by.name
    found.save(update_fields=["state", "from_on", "activated_at", "activated_by"])


def _locked(version_id: UUID) -> PolicyVersion:
    found = lock(PolicyVersion.objects.select_related("policy"), pk=version_id)
    if not found:
        raise NotFound()
    return found[0]


def _name_products(file: PolicyFile, groups: Mapping[str, str]) -> None:
    """Products that a policy names and no label is known of yet: doses of them can be put on record all the same."""
    known = ruledata.load_products()
    for row in file.raw.get("vaccines", ()):
        if row["code"] not in known:
            technology = row.get("technology", "other")
            platform, _made = Platform.objects.get_or_create(
                code=technology, defaults={"name_zh": technology, "name_en": technology}
            )
            title = text_of(row["title"])
            Product.objects.get_or_create(
                code=row["code"],
                defaults={
                    "name_zh": title.zh, "name_en": title.en, "short_zh": title.zh, "short_en": title.en,
                    "group": groups[row["code"]], "platform": platform, "doses_per_vial": 1, "dose_ml": Decimal("0.5"),
                    "cvx": row.get("cvx", ""),
                },
            )  # fmt: skip


def _update(table: Any, rows: list[Any], columns: list[str]) -> None:
    once = list({row.pk: row for row in rows}.values())
    table.objects.bulk_create(once, update_conflicts=True, unique_fields=["code"], update_fields=columns)


def _platform(of: immunization.Product) -> Platform:
    return Platform(code=of.technology, name_zh=of.technology_title.zh, name_en=of.technology_title.en)


def _maker(of: immunization.Product) -> Manufacturer:
    return Manufacturer(code=_maker_code(of), name_zh=of.maker.zh, name_en=of.maker.en)


def _maker_code(of: immunization.Product) -> str:
    """Makers have no code in the rule data: the first product of theirs gives it."""
    return next(each.code for each in queries.products() if each.maker == of.maker)


def _copy(product: immunization.Product) -> Product:
    return Product(
        code=product.code,
        group=queries.CAMPAIGN_GROUP,
        platform_id=product.technology,
        manufacturer_id=_maker_code(product),
        name_zh=product.title.zh,
        name_en=product.title.en,
        short_zh=product.short_title.zh,
        short_en=product.short_title.en,
        maker_zh=product.maker.zh,
        maker_en=product.maker.en,
        specification=product.specification.zh,
        doses_per_vial=product.presentations[0].doses_per_vial,
        dose_ml=product.dose_millilitres,
        route=product.route.zh,
        body_site=product.body_site.zh,
        cvx=product.cvx,
    )


def _pack(of: immunization.Product, pack: immunization.Presentation) -> Presentation:
    return Presentation(
        product_id=of.code, code=pack.code, container_zh=pack.container.zh, container_en=pack.container.en,
        specification=of.specification.zh, doses_per_vial=pack.doses_per_vial, dose_ml=of.dose_millilitres,
        route=of.route.zh, mark=pack.mark,
    )  # fmt: skip
