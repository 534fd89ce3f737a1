"""Lots, movements, balances, vials."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site
from yingjie.vaccines.models import Product

STATES = ("usable", "held")
MOVEMENTS = ("received", "given", "wasted", "counted", "held", "released", "sent")


class Lot(models.Model):
    placement = Placement.REFERENCE

    id = models.UUIDField(primary_key=True, default=uuid7)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=32)
    expires_on = models.DateField()
    suspended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lot_number_is_unique_per_product", fields=["product", "number"])
        ]

    def __str__(self) -> str:
        return self.number


class Balance(models.Model):
    """Doses of a lot at a site in a state. Always the sum of its movements; a test rebuilds it and finds no difference."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="usable")
    doses = models.IntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_balance_per_site_lot_and_state", fields=["site", "lot", "state"]
            ),
            models.CheckConstraint(name="stock_is_never_negative", condition=Q(doses__gte=0)),
            models.CheckConstraint(name="balance_state_is_a_known_word", condition=Q(state__in=STATES)),
        ]

    def __str__(self) -> str:
        return f"{self.doses} × {self.lot_id}"


class Movement(models.Model):
    """One change of one balance; never updated, never deleted. `subject_id` is the dose, delivery or count behind it."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="usable")
    kind = models.CharField(max_length=10)
    doses = models.IntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="movement_moves_something", condition=~Q(doses=0)),
            models.CheckConstraint(name="movement_kind_is_a_known_word", condition=Q(kind__in=MOVEMENTS)),
        ]
        indexes = [models.Index(name="movements_of_a_site_by_time", fields=["site", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.doses:+d}"


class Vial(models.Model):
    """A smallest pack by its trace code, with the doses taken out of it so far."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    doses = models.PositiveSmallIntegerField()
    doses_given = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vial_code_is_unique_at_a_site", fields=["site", "code"]),
            models.CheckConstraint(
                name="vial_never_gives_more_than_it_holds", condition=Q(doses_given__lte=F("doses"))
            ),
        ]
        indexes = [models.Index(name="vials_by_code", fields=["code"])]

    def __str__(self) -> str:
        return self.code
