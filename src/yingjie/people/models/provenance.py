"""Where what the ledger says about somebody came from."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models.person import Person

SOURCE_KINDS = (
    "police_register", "census", "grid_survey", "unit_roster", "pushed_list", "import", "manual",
)  # fmt: skip


class LedgerSource(models.Model):
    """One delivery of facts: a register, a survey, a roster, or somebody's own hand. `Person.origins` names its id per field."""

    placement = Placement.REFERENCE
    scope = Scope(permission="people.view", area="area__code")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    roster_id = models.UUIDField(null=True, unique=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ledger_source_kind_is_a_known_word", condition=Q(kind__in=SOURCE_KINDS)
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Claim(models.Model):
    """What a source says about a field of somebody where sources differ; `chosen` is the one that the ledger shows."""

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="claims")
    field = models.CharField(max_length=20)
    value = EncryptedTextField()
    source = models.ForeignKey(LedgerSource, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    recorded_at = models.DateTimeField()
    chosen = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="source_claims_each_field_of_a_person_once", fields=["person", "field", "source"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} ({self.source_id})"
