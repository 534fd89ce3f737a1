"""Households and guardians. A household's members are the people who carry its id."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models.person import Person

RELATIONS = ("father", "mother", "grandparent", "sibling", "other")


class Household(models.Model):
    """What is said of a household as a whole: where it is and who heads it. One row, so one head.

    Made when somebody first says it; until then the head is whoever a roster called so, and the address is theirs.
    """

    placement = Placement.LOCAL
    scope = Scope(permission="people.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=120, blank=True)
    head_id = models.UUIDField(null=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.address or str(self.id)


class Guardian(models.Model):
    """Who answers for a minor: somebody of the ledger (`guardian_id`), or somebody else by name and phone."""

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardians")
    guardian_id = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=64, blank=True)
    relation = models.CharField(max_length=12)
    phone = EncryptedTextField(null=True)
    phone_masked = models.CharField(max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(default=1)
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guardian_relation_is_a_known_word", condition=Q(relation__in=RELATIONS)
            ),
            models.CheckConstraint(
                name="guardian_is_of_the_ledger_or_has_a_name",
                condition=Q(guardian_id__isnull=False) | ~Q(name=""),
            ),
            models.UniqueConstraint(
                name="person_has_each_guardian_once",
                fields=["person", "guardian_id"],
                condition=Q(guardian_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"guardian of {self.person_id}"
