"""What a machine cannot decide: lines of rosters and pairs of people that wait for somebody's eyes, and what was decided."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

DOUBT_KINDS = ("line", "pair")
DOUBT_STATES = ("open", "later", "same", "other", "out", "void")


class Doubt(models.Model):
    """A question to be answered with yes or no.

    kind "line": is line `number` of a roster the person `person_id` of the ledger (null: nobody is like it)? `entry` is what the
    line says, in its normal form, sealed. kind "pair": are `person_id` and `other_id`, both in the ledger, one person?

    States: open and later wait; same (one person), other (two people, the line was entered), out (the line stays out) are
    answers; void is a question that solved itself. `words` are the explanation per field; `undo` is what takes an answer back.
    """

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=100, unique=True)
    roster_id = models.UUIDField(null=True, db_index=True)
    number = models.PositiveIntegerField(null=True)
    person_id = models.UUIDField(null=True, db_index=True)
    other_id = models.UUIDField(null=True)
    entry = EncryptedTextField(null=True)
    reasons = models.JSONField(default=list)
    words = models.JSONField(default=list)
    score = models.FloatField(default=0)
    state = models.CharField(max_length=8, default="open")
    found_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    undo = EncryptedTextField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="doubt_kind_is_a_known_word", condition=Q(kind__in=DOUBT_KINDS)),
            models.CheckConstraint(name="doubt_state_is_a_known_word", condition=Q(state__in=DOUBT_STATES)),
        ]
        indexes = [models.Index(name="doubts_of_an_area", fields=["area", "state", "id"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"
