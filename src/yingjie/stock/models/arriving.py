"""How vaccine comes to a place: from a supplier, judged by the law; from another place, confirmed on both sides."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site
from yingjie.stock.models.ledger import Lot

DECISIONS = ("accepted", "quarantined", "refused")
TRANSFER_STATES = ("sent", "arrived", "called_back")


class Receipt(models.Model):
    """A delivery of one lot to a site and what was decided about it (疫苗管理法 arts. 38 to 40). Temperatures in degrees Celsius.

    `decision` is what the rules said, with `because`, their codes; `decided` what holds now: the same, or what a named role decided
    later with a reason. A refused delivery stays on record and moves nothing."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    doses = models.PositiveIntegerField()
    packs = models.PositiveIntegerField(null=True)
    supplier = models.CharField(max_length=80, blank=True)
    came_at = models.DateTimeField()
    came_by = models.CharField(max_length=80)
    carrier = models.CharField(max_length=80, blank=True)
    lowest_celsius = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    highest_celsius = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    transport_minutes = models.PositiveIntegerField(null=True)
    log_sha256 = models.CharField(max_length=64, blank=True)
    release_number = models.CharField(max_length=40, blank=True)
    release_sha256 = models.CharField(max_length=64, blank=True)
    packs_damaged = models.PositiveIntegerField(default=0)
    decision = models.CharField(max_length=12)
    because = models.JSONField(default=list)
    decided = models.CharField(max_length=12)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_because = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="receipt_decisions_are_known_words",
                condition=Q(decision__in=DECISIONS) & Q(decided__in=DECISIONS),
            ),
            models.CheckConstraint(
                name="a_changed_decision_names_who_and_why",
                condition=Q(decided=F("decision")) | (Q(decided_at__isnull=False) & ~Q(decided_because="")),
            ),
            models.CheckConstraint(name="receipt_brings_doses", condition=Q(doses__gte=1)),
            models.CheckConstraint(
                name="receipt_lowest_is_not_above_highest",
                condition=Q(lowest_celsius__isnull=True) | Q(highest_celsius__gte=F("lowest_celsius")),
            ),
        ]
        indexes = [models.Index(name="receipts_of_a_site", fields=["site", "came_at"])]

    def __str__(self) -> str:
        return f"{self.doses} of {self.lot_id}: {self.decided}"


class Transfer(models.Model):
    """Vaccine on its way from one place (`site`, whose stock it is until the other confirms) to another (`to_site_id`)."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    to_site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default="sent")
    carrier = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    celsius_leaving = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    lowest_celsius = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    highest_celsius = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    log_sha256 = models.CharField(max_length=64, blank=True)
    decision = models.CharField(max_length=12, blank=True)
    because = models.JSONField(default=list)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transfers_of_a_site_are_numbered", fields=["site", "number"]),
            models.CheckConstraint(
                name="transfer_state_is_a_known_word", condition=Q(state__in=TRANSFER_STATES)
            ),
            models.CheckConstraint(name="transfer_goes_to_another_place", condition=~Q(site=F("to_site"))),
            models.CheckConstraint(
                name="a_transfer_that_ended_names_who",
                condition=Q(state="sent") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
        ]
        indexes = [
            models.Index(name="transfers_on_their_way", fields=["to_site"], condition=Q(state="sent")),
            models.Index(name="transfers_to_a_site", fields=["to_site", "sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"


class TransferLine(models.Model):
    """One lot of a transfer: what was sent, what arrived, and why these differ where they do."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    doses_sent = models.PositiveIntegerField()
    doses_arrived = models.PositiveIntegerField(null=True)
    difference_because = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_transfer_names_a_lot_once", fields=["site", "transfer", "lot"]),
            models.CheckConstraint(name="a_transfer_line_sends_doses", condition=Q(doses_sent__gte=1)),
            models.CheckConstraint(
                name="short_and_over_arrivals_are_explained",
                condition=Q(doses_arrived__isnull=True)
                | Q(doses_arrived=F("doses_sent"))
                | ~Q(difference_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doses_sent} of {self.lot_id}"
