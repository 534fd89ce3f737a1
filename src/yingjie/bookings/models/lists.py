"""Collective lists: a village, community or unit asks for places for its people."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area, Unit
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

LIST_STATES = ("draft", "submitted")
#: What becomes of a line; `good` becomes `booked` when the list is submitted, all others go back with their reason.
VERDICTS = (
    "good", "booked", "not_in_ledger", "unreadable", "ambiguous", "foreign", "duplicate", "already_booked", "not_due", "complete",
    "deferred", "contraindicated", "not_offered", "over_capacity", "no_doses", "kept", "not_for_unit",
)  # fmt: skip


class BookingList(models.Model):
    """A list for one session (site and session are copied ids). Each line has its verdict at once; only `submit` takes seats."""

    placement = Placement.LOCAL
    scope = Scope(permission="bookings.submit", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    site_id = models.UUIDField()
    session_id = models.UUIDField()
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default="draft")
    columns = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    submitted_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="booking_list_state_is_a_known_word", condition=Q(state__in=LIST_STATES)
            ),
            models.CheckConstraint(
                name="booking_list_source_is_a_known_word",
                condition=Q(source__in=("ledger", "file", "pasted")),
            ),
        ]
        indexes = [models.Index(name="lists_of_a_session", fields=["session_id"])]

    def __str__(self) -> str:
        return self.title


class ListLine(models.Model):
    """A line with its verdict. `cells` is the line as it came and may hold a number: encrypted. `day` is the day that the
    verdict names (not due until, deferred until)."""

    placement = Placement.LOCAL
    scope = Scope(permission="bookings.submit", area="booking_list__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    booking_list = models.ForeignKey(BookingList, on_delete=models.CASCADE, related_name="lines")
    nth = models.PositiveIntegerField()
    name = models.CharField(max_length=64, blank=True)
    cells = EncryptedTextField[str, str]()
    person_id = models.UUIDField(null=True)
    number = models.PositiveSmallIntegerField(null=True)
    verdict = models.CharField(max_length=16)
    day = models.DateField(null=True)
    booking_id = models.UUIDField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="booking_list_has_each_line_once", fields=["booking_list", "nth"]),
            models.CheckConstraint(name="line_verdict_is_a_known_word", condition=Q(verdict__in=VERDICTS)),
        ]
        indexes = [models.Index(name="lines_of_a_person", fields=["person_id"])]

    def __str__(self) -> str:
        return f"{self.nth}: {self.verdict}"
