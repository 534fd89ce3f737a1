"""Attempts to reach a resident."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person

OUTCOMES = ("agreed", "thinking", "refused", "away", "medical", "not_met", "cleared")
REASONS = (
    "away_for_work", "chronic_illness", "afraid", "sees_no_need", "refuses", "cannot_be_reached", "family_objects",
    "contraindication",
)  # fmt: skip


#: Who went, from the door upwards (vaxkit.responsibility.rounds); "" : nobody of the ladder.
RUNGS = ("", "officer", "village", "township", "doctor")


class Attempt(models.Model):
    """One visit or call: what came of it and, where the person is not yet willing or able, the coded reason.

    `next_on` is a day that was agreed; `by_evening`: this visit was in the evening; `evening`: evenings suit them better; `stop`:
    they want nobody to come again; `asked`: they asked for it themselves. "cleared" is a doctor's word that nothing stands against
    a dose."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    rung = models.CharField(max_length=10, blank=True, db_default="", default="")
    next_on = models.DateField(null=True)
    by_evening = models.BooleanField(default=False, db_default=False)
    evening = models.BooleanField(default=False, db_default=False)
    stop = models.BooleanField(default=False, db_default=False)
    asked = models.BooleanField(default=False, db_default=False)

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
                name="attempt_agreed_names_no_reason",
                condition=~Q(outcome__in=("agreed", "cleared")) | Q(reason=""),
            ),
            models.CheckConstraint(name="attempt_rung_is_a_known_word", condition=Q(rung__in=RUNGS)),
        ]
        indexes = [models.Index(name="attempts_of_a_person", fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}"
