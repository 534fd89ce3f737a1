"""Rosters on their way into the ledger, line by line."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

IMPORT_STATES = ("proposed", "committed", "discarded", "undone")
FATES = ("new", "same", "changed", "doubtful", "refused")


class RosterImport(models.Model):
    """A roster on its way into the ledger: a proposal until somebody commits it."""

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField()
    counts = models.JSONField()
    state = models.CharField(max_length=12, default="proposed")
    by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_state_is_a_known_word", condition=Q(state__in=IMPORT_STATES)),
        ]

    def __str__(self) -> str:
        return self.file_name


class RosterRow(models.Model):
    """One line of a roster with its fate.

    `cells` is the line as it came, `proposal` what it would write into the ledger, `before` what it replaced there when it was
    committed; all three hold numbers, so they are encrypted. `person_id` of a new line is the id that the person gets.
    """

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="roster__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = EncryptedTextField()
    proposal = EncryptedTextField(null=True)
    before = EncryptedTextField(null=True)
    fate = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    person_id = models.UUIDField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="roster_has_each_line_once", fields=["roster", "number"]),
            models.CheckConstraint(name="roster_row_fate_is_a_known_word", condition=Q(fate__in=FATES)),
        ]

    def __str__(self) -> str:
        return f"line {self.number}: {self.fate}"
