"""People, their documents and phones. Numbers and phones are encrypted; they are found by their blind index."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Substr

from vaxkit.vocabulary import Sex
from yingjie.areas.models import Area
from yingjie.foundation import clock
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

DOCUMENT_KINDS = (
    "resident_card", "hk_macao_permit", "taiwan_permit", "hk_macao_taiwan_residence", "foreign_residence",
    "foreign_residence_old", "chinese_passport", "foreign_passport",
)  # fmt: skip
"""The kinds of `vaxkit.identity.DocumentKind`, by the same words (a test compares)."""
HOUSEHOLD_ROLES = ("head", "spouse", "child", "parent", "grandchild", "other")
LONG_NAME = "^....."
LEFT_AS = ("", "moved", "died", "mistake")
MOBILITIES = ("", "walks", "helped", "housebound", "bedridden")
WHEREABOUTS = ("here", "nearby", "away", "floating_in", "seasonal")
WITHOUT_DOCUMENT = ("", "newborn", "lost", "applied", "refused", "unknown")
PHONE_OWNERS = ("", "self", "spouse", "child", "parent", "guardian", "neighbour", "employer", "other")


def _word(place: int) -> Func:
    """One word of `pinyin`: 2 the first letters of a name's syllables, 3 the reading of the given name, 4 its first letters."""
    return Func(F("pinyin"), Value(" "), Value(place), function="split_part", output_field=models.TextField())


class Person(models.Model):
    """A resident. `area` is the lowest node known, grid or village.

    They count from the day they moved in (null: as long as anybody knows) until `left_on`, the first day they no longer count.
    `registered_on`, the day they were entered, is paperwork: who lived here before the roster came counts before it too.
    Once one of these was changed, the person `has_stays`: then these columns are the present state, and who counted where on a
    day is said by `Stay` rows (decision 0007; `residents.counted_on`).

    `pinyin` is the reading and its initials, then those of the given name, with blanks between. `origins`
    says per field which source it came from.
    """

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="area__code", person="pk")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=64, db_collation="C")
    pinyin = models.CharField(max_length=160, db_collation="C")
    sex = models.CharField(max_length=8)
    birth_on = models.DateField()
    household_id = models.UUIDField(null=True, db_index=True)
    household_role = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=120, blank=True)
    registered_on = models.DateField()
    moved_in_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    source = models.CharField(max_length=80)
    entered_at = models.DateTimeField(default=clock.now)
    has_stays = models.BooleanField(default=False)
    left_as = models.CharField(max_length=12, blank=True)
    mobility = models.CharField(max_length=12, blank=True)
    whereabouts = models.CharField(max_length=12, default="here")
    without_document = models.CharField(max_length=12, blank=True)
    origins = models.JSONField(default=dict)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_mobility_is_a_known_word", condition=Q(mobility__in=MOBILITIES)
            ),
            models.CheckConstraint(
                name="person_whereabouts_is_a_known_word", condition=Q(whereabouts__in=WHEREABOUTS)
            ),
            models.CheckConstraint(
                name="person_without_document_for_a_known_reason",
                condition=Q(without_document__in=WITHOUT_DOCUMENT),
            ),
            models.CheckConstraint(
                name="person_left_in_a_known_way",
                condition=Q(left_as__in=LEFT_AS) & (Q(left_on__isnull=False) | Q(left_as="")),
            ),
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
        ]
        # One index for "in this area" and "below this area"; Django would make two.
        indexes = [
            models.Index(name="people_by_area", fields=["area"], opclasses=["varchar_pattern_ops"]),
            models.Index(name="people_in_order_of_reading", fields=["pinyin", "id"]),
            models.Index(_word(2), name="people_by_initials"),
            models.Index(_word(3), name="people_by_given_name"),
            models.Index(_word(4), name="people_by_given_initials"),
            models.Index(name="people_by_name", fields=["name"]),
            models.Index(Substr("name", 2), name="people_by_second_character"),
            models.Index(Substr("name", 3), name="people_by_third_character"),
            models.Index(name="people_with_long_names", fields=["name"], condition=Q(name__regex=LONG_NAME)),
        ]

    def __str__(self) -> str:
        return self.name


class IdentityDocument(models.Model):
    """A document of a person, one of a kind; `order` 1 is the one by which they are shown."""

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents", db_index=False)
    kind = models.CharField(max_length=32)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=32)
    last_four = models.CharField(max_length=4)
    order = models.PositiveSmallIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="person_has_one_document_of_a_kind", fields=["person", "kind"]),
            models.CheckConstraint(
                name="document_kind_is_a_known_word", condition=Q(kind__in=DOCUMENT_KINDS)
            ),
        ]
        indexes = [models.Index(name="documents_by_last_four", fields=["last_four"])]

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
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones", db_index=False)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=32)
    masked = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField(default=1)
    owner = models.CharField(max_length=12, blank=True)
    owner_name = models.CharField(max_length=64, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="person_has_each_phone_once", fields=["person", "number_index"]),
            models.CheckConstraint(name="phone_owner_is_a_known_word", condition=Q(owner__in=PHONE_OWNERS)),
        ]
        indexes = [models.Index(name="phones_by_number", fields=["number_index"])]

    def __str__(self) -> str:
        return self.masked
