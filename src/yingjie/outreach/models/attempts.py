"""Attempts to reach a resident."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person

OUTCOMES = ("agreed", "thinking", "refused", "away", "medical", "not_met")
REASONS = (
    "away_for_work", "chronic_illness", "afraid", "sees_no_need", "refuses", "cannot_be_reached", "family_objects",
    "contraindication",
)  # fmt: skip


class Attempt(models.Model):
    """One visit or call: what came of it and, where the person is not yet willing or able, the coded reason."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="attempt_outcome_is_a_known_word", condition=Q(outcome__in=OUTCOMES)),
            models.CheckConstraint(
                name="attempt_reason_is_a_known_word", condition=Q(reason__in=("", *REASONS))
            ),
            models.CheckConstraint(
                name="attempt_declined_names_a_reason", condition=~Q(outcome="refused") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="attempt_agreed_names_no_reason", condition=~Q(outcome="agreed") | Q(reason="")
            ),
        ]
        indexes = [models.Index(name="attempts_of_a_person", fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}"
