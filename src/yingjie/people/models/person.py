"""People, their documents and phones. Numbers and phones are encrypted; they are found by their blind index."""

from django.db import models
from django.db.models import F, Q

from vaxkit.vocabulary import Sex
from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

DOCUMENT_KINDS = ("resident_card",)
HOUSEHOLD_ROLES = ("head", "spouse", "child", "parent", "grandchild", "other")


class Person(models.Model):
    """A resident. `area` is the lowest node known, grid or village.

    They count from the day they moved in (null: as long as anybody knows) until `left_on`, the first day they no longer count.
    `registered_on`, the day they were entered, is paperwork: who lived here before the roster came counts before it too.
    """

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    pinyin = models.CharField(max_length=160)
    sex = models.CharField(max_length=8)
    birth_on = models.DateField()
    household_id = models.UUIDField(null=True, db_index=True)
    household_role = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=120, blank=True)
    registered_on = models.DateField()
    moved_in_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    source = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_sex_is_a_known_word", condition=Q(sex__in=[sex.value for sex in Sex])
            ),
            models.CheckConstraint(
                name="person_is_born_before_being_registered", condition=Q(birth_on__lte=F("registered_on"))
            ),
            models.CheckConstraint(
                name="person_moves_in_after_birth_and_before_leaving",
                condition=(Q(moved_in_on__isnull=True) | Q(moved_in_on__gte=F("birth_on")))
                & (Q(moved_in_on__isnull=True) | Q(left_on__isnull=True) | Q(left_on__gte=F("moved_in_on"))),
            ),
            models.CheckConstraint(
                name="person_leaves_after_being_registered",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("registered_on")),
            ),
        ]
        indexes = [
            models.Index(name="people_by_name", fields=["name"], opclasses=["text_pattern_ops"]),
            models.Index(name="people_by_reading", fields=["pinyin"], opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class IdentityDocument(models.Model):
    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=16)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=32)
    last_four = models.CharField(max_length=4, db_index=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="person_has_one_document_of_a_kind", fields=["person", "kind"]),
            models.CheckConstraint(
                name="document_kind_is_a_known_word", condition=Q(kind__in=DOCUMENT_KINDS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} …{self.last_four}"


class DocumentKey(models.Model):
    """Whose number is this: one row per number, so that nobody is in the ledger twice."""

    placement = Placement.DOCUMENT

    number_index = models.CharField(max_length=32, primary_key=True)
    person_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return self.number_index


class Phone(models.Model):
    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    number = EncryptedTextField()
    number_index = models.CharField(max_length=32, db_index=True)
    masked = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="person_has_each_phone_once", fields=["person", "number_index"]),
        ]

    def __str__(self) -> str:
        return self.masked
