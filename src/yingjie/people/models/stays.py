"""Where somebody counted, from when until when, and since when the ledger has known it (decision 0007)."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models.person import Person

ENDINGS = ("", "moved", "died", "left", "corrected")
CHANGE_KINDS = (
    "born", "arrived", "moved", "left", "died", "returned", "corrected", "whereabouts", "household", "details", "documents",
)  # fmt: skip


class Stay(models.Model):
    """Somebody counts in `area` from `from_on` (null: as long as anybody knows) until the day before `until_on` (null: still).

    Known from `recorded_at` until `retracted_at` (null: still held true). Rows are never changed but for being retracted once, so
    that any past day can be counted as it was known at any past moment. Only people with `has_stays` have rows.

    `record_id` is null for a person's own stays; of another record that became one with theirs, it says which.
    """

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="area__code", person="person_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stays")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    birth_on = models.DateField()
    ended_by = models.CharField(max_length=12, blank=True)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)
    record_id = models.UUIDField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="stay_ends_in_a_known_way", condition=Q(ended_by__in=ENDINGS)),
            models.CheckConstraint(
                name="stay_ends_after_it_begins",
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="stay_is_retracted_after_being_recorded",
                condition=Q(retracted_at__isnull=True) | Q(retracted_at__gte=F("recorded_at")),
            ),
        ]
        indexes = [
            models.Index(
                name="stays_of_joined_records", fields=["record_id"], condition=Q(record_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.from_on}–{self.until_on}"


class PersonChange(models.Model):
    """One line of a person's timeline: what happened, on which day, recorded when and by whom.

    `area` is where the line belongs (of a move: the place left behind), `to_area` where a move led. `before` is what an undo puts
    back, never a number or phone. `undone_at` is set when the line was taken back.
    """

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="area__code", person="person_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    to_area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", null=True)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="person_change_is_a_known_word", condition=Q(kind__in=CHANGE_KINDS)),
        ]
        indexes = [
            models.Index(name="changes_of_an_area", fields=["area", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
