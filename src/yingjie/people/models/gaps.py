"""What is not in the ledger, or may not be: open until somebody has found out."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

GAP_KINDS = ("empty_home", "not_met", "one_source", "unit_staff")
GAP_STATES = ("open", "settled")
FINDINGS = (
    "entered",
    "in_ledger",
    "elsewhere",
    "moved_away",
    "died",
    "nobody_lives_there",
    "mistake",
    "not_found",
)


class Gap(models.Model):
    """`key` says what the gap is about, so that comparing again opens nothing twice: an address, a person, a line of a source.

    `name` and `address` are as the source or the officer wrote them; a number or phone is never kept here.
    """

    placement = Placement.LOCAL
    scope = Scope(permission="people.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    person_id = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=120, blank=True)
    known_from = models.CharField(max_length=80, blank=True)
    missing_in = models.CharField(max_length=80, blank=True)
    unit_id = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=80)
    state = models.CharField(max_length=8, default="open")
    finding = models.CharField(max_length=20, blank=True)
    finding_note = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="gap_kind_is_a_known_word", condition=Q(kind__in=GAP_KINDS)),
            models.CheckConstraint(
                name="gap_is_settled_with_a_finding",
                condition=Q(state="open", finding="", settled_at__isnull=True)
                | Q(state="settled", finding__in=FINDINGS, settled_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="gap_is_open_once", fields=["kind", "key"], condition=Q(state="open")
            ),
        ]
        indexes = [models.Index(name="gaps_of_an_area", fields=["area", "state"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
