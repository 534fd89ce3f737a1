"""Lots, movements, balances, vials."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site
from yingjie.vaccines.models import Product

#: usable: may be given · opened: left in opened vials · held: put aside · quarantined: came and is not accepted yet · in_transit:
#: left for another place, which has not confirmed it. Doses given and written off have left: they are movements without a balance.
STATES = ("usable", "opened", "held", "quarantined", "in_transit")
MOVEMENTS = (
    "received", "accepted", "rejected", "opened", "given", "wasted", "counted", "held", "released", "sent", "arrived",
    "called_back", "handed_back",
)  # fmt: skip
#: Why doses were written off. `left_over`: what was left in an opened vial when its time was over.
CAUSES = (
    "left_over",
    "broken",
    "expired",
    "temperature",
    "contaminated",
    "drawn_up",
    "lost",
    "recalled",
    "other",
)


class Lot(models.Model):
    placement = Placement.REFERENCE

    id = models.UUIDField(primary_key=True, default=uuid7)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=32)
    expires_on = models.DateField()
    suspended_at = models.DateTimeField(null=True)
    suspended_by = models.CharField(max_length=80, blank=True)
    suspended_because = models.CharField(max_length=200, blank=True)

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
    state = models.CharField(max_length=12, default="usable")
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
    """One change of one balance; never updated, never deleted (the database refuses both). `on` is the day for which it counts,
    `subject_id` the dose, receipt, transfer, excursion or closed day behind it, `vial_code` the pack where it was one.
    `is_correction`: written after its day was closed."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="usable")
    kind = models.CharField(max_length=12)
    cause = models.CharField(max_length=12, blank=True)
    doses = models.IntegerField()
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    vial_code = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    is_correction = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="movement_moves_something", condition=~Q(doses=0)),
            models.CheckConstraint(name="movement_kind_is_a_known_word", condition=Q(kind__in=MOVEMENTS)),
            models.CheckConstraint(name="movement_state_is_a_known_word", condition=Q(state__in=STATES)),
            models.CheckConstraint(
                name="what_is_written_off_has_a_cause",
                condition=(Q(kind="wasted") & Q(cause__in=CAUSES)) | (~Q(kind="wasted") & Q(cause="")),
            ),
            models.CheckConstraint(
                name="a_given_dose_names_its_dose_and_is_one",
                condition=~Q(kind="given") | (Q(doses=-1) & Q(subject_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="movements_of_a_site_by_time", fields=["site", "at"]),
            models.Index(name="movements_of_a_lot_by_day", fields=["site", "lot", "on"]),
            models.Index(name="movements_by_subject", fields=["subject_id"]),
            models.Index(name="movements_of_a_vial", fields=["vial_code"], condition=~Q(vial_code="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.doses:+d}"


class Vial(models.Model):
    """A smallest pack by its trace code at one place, with what became of its doses. The same pack has another row at the place to
    which it was sent, with the doses that were left in it; `doses_gone` left with `sent_in`, a transfer."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    box_code = models.CharField(max_length=40, blank=True)
    carton_code = models.CharField(max_length=40, blank=True)
    doses = models.PositiveSmallIntegerField()
    doses_given = models.PositiveSmallIntegerField(default=0)
    doses_wasted = models.PositiveSmallIntegerField(default=0)
    doses_gone = models.PositiveSmallIntegerField(default=0)
    came_with = models.UUIDField(null=True)  # the receipt or the transfer
    opened_at = models.DateTimeField(null=True)
    discard_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    sent_in = models.UUIDField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vial_code_is_unique_at_a_site", fields=["site", "code"]),
            models.CheckConstraint(
                name="vial_never_gives_more_than_it_holds",
                condition=Q(doses__gte=F("doses_given") + F("doses_wasted") + F("doses_gone")),
            ),
            models.CheckConstraint(
                name="an_opened_vial_has_its_time",
                condition=Q(opened_at__isnull=True) | Q(discard_at__gt=F("opened_at")),
            ),
        ]
        indexes = [
            models.Index(name="vials_by_code", fields=["code"]),
            models.Index(name="vials_by_box", fields=["box_code"], condition=~Q(box_code="")),
            models.Index(name="vials_by_carton", fields=["carton_code"], condition=~Q(carton_code="")),
            models.Index(
                name="vials_open_now",
                fields=["site", "discard_at"],
                condition=Q(opened_at__isnull=False, discarded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code
