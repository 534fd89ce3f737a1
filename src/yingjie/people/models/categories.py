"""Groups that somebody belongs to, and conditions of their health. Their codes are data (data/*.yaml)."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models.person import Person


class PersonCategory(models.Model):
    """From `from_on` (null: as long as anybody knows) until the day before `until_on` (null: still)."""

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=32)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_is_in_a_category_once",
                fields=["person", "code"],
                condition=Q(until_on__isnull=True),
            ),
            models.CheckConstraint(
                name="category_ends_after_it_begins",
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]
        indexes = [models.Index(name="people_of_a_category", fields=["code", "person"])]

    def __str__(self) -> str:
        return self.code


class HealthCondition(models.Model):
    """Seen by whoever holds people.health, and at a station for the person who stands there; never in a list."""

    placement = Placement.PERSON
    scope = Scope(permission="people.health", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="conditions")
    code = models.CharField(max_length=32)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    note = EncryptedTextField(blank=True)
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_has_a_condition_once",
                fields=["person", "code"],
                condition=Q(until_on__isnull=True),
            ),
            models.CheckConstraint(
                name="condition_ends_after_it_begins",
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return "a condition"
