"""Products with their makers and packs; policies and their versions."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

VERSION_STATES = ("draft", "active", "replaced", "withdrawn")


class Platform(models.Model):
    """A technology: inactivated, vector, subunit. Rules speak of it ("the same technology"), not of makers only."""

    placement = Placement.REFERENCE

    code = models.CharField(max_length=32, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name_zh


class Manufacturer(models.Model):
    """The holder of a product's authorisation 上市许可持有人. `code` is that of its first product's maker in the rule data."""

    placement = Placement.REFERENCE

    code = models.CharField(max_length=40, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name_zh


class Product(models.Model):
    """A vaccine product. Its rules are data: policies name it by its code."""

    placement = Placement.REFERENCE

    code = models.CharField(max_length=32, primary_key=True)
    group = models.CharField(max_length=24, default="COVID-19")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, null=True, related_name="products")
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, null=True, related_name="products"
    )
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    short_zh = models.CharField(max_length=40, blank=True)
    short_en = models.CharField(max_length=80, blank=True)
    maker_zh = models.CharField(max_length=80)
    maker_en = models.CharField(max_length=120)
    specification = models.CharField(max_length=80)
    doses_per_vial = models.PositiveSmallIntegerField()
    dose_ml = models.DecimalField(max_digits=4, decimal_places=2)
    route = models.CharField(max_length=24)
    body_site = models.CharField(max_length=40)
    schedule = models.CharField(max_length=64, blank=True)
    code_prefix = models.CharField(max_length=7, blank=True)
    cvx = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="product_vial_holds_a_dose", condition=Q(doses_per_vial__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Presentation(models.Model):
    """A pack of a product as it is delivered: what one vial or syringe holds. `trace_prefix` are the first digits of its trace
    codes ("" where nobody has read one yet)."""

    placement = Placement.REFERENCE

    id = models.UUIDField(primary_key=True, default=uuid7)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="presentations")
    code = models.CharField(max_length=24)
    container_zh = models.CharField(max_length=40)
    container_en = models.CharField(max_length=80)
    specification = models.CharField(max_length=80)
    doses_per_vial = models.PositiveSmallIntegerField()
    dose_ml = models.DecimalField(max_digits=4, decimal_places=2)
    route = models.CharField(max_length=24)
    trace_prefix = models.CharField(max_length=7, blank=True)
    mark = models.CharField(max_length=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="product_has_each_presentation_once", fields=["product", "code"]),
            models.CheckConstraint(name="presentation_holds_a_dose", condition=Q(doses_per_vial__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.code}"


class Policy(models.Model):
    """A policy of a vaccine group 接种方案: the guide, the extension to an age, a booster plan. Its versions hold what it says."""

    placement = Placement.REFERENCE

    code = models.CharField(max_length=64, primary_key=True)
    group = models.CharField(max_length=24)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    dated_on = models.DateField()

    def __str__(self) -> str:
        return self.title_zh


class PolicyVersion(models.Model):
    """One text of a policy, as YAML, never changed once it is here. The rules of a day are all versions that hold on it, laid over
    one another in the order of their dates. `effects` is what switching it on would change for whom, counted from the ledger
    against the rules `measured_against`."""

    placement = Placement.REFERENCE

    id = models.UUIDField(primary_key=True, default=uuid7)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    state = models.CharField(max_length=12, default="draft")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.CharField(max_length=80, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)
    effects = models.JSONField(null=True)
    measured_against = models.CharField(max_length=64, blank=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="policy_version_number_is_unique", fields=["policy", "number"]),
            models.UniqueConstraint(name="policy_version_is_here_once", fields=["policy", "sha256"]),
            models.UniqueConstraint(
                name="one_active_version_per_policy", fields=["policy"], condition=Q(state="active")
            ),
            models.CheckConstraint(
                name="policy_version_state_is_a_known_word", condition=Q(state__in=VERSION_STATES)
            ),
            models.CheckConstraint(
                name="active_policy_version_has_a_first_day",
                condition=~Q(state__in=("active", "replaced")) | Q(from_on__isnull=False),
            ),
            models.CheckConstraint(
                name="policy_version_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.number}"
