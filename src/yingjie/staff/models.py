"""People who work, trainings, and certificates. All small and read at every act, so they are on every machine."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area, Unit
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

KINDS = ("employee", "volunteer")
RESULTS = ("", "passed", "failed")


class StaffMember(models.Model):
    """Somebody who works in the campaign. `account` is the user name under which they act, null where they have none;
    `roles` are the words of rules.roles that they can fill at a site."""

    placement = Placement.REFERENCE
    scope = Scope(permission="staff.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="employee")
    qualification = models.CharField(max_length=24, default="none")
    roles = ArrayField(models.CharField(max_length=24), default=list)
    phone = EncryptedTextField[str, str](default="")
    account = models.CharField(max_length=64, null=True, unique=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="staff_kind_is_a_known_word", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="staff_leaves_after_joining",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
            models.CheckConstraint(name="staff_account_is_not_empty", condition=~Q(account="")),
        ]

    def __str__(self) -> str:
        return self.name


class Training(models.Model):
    """A training session with its assessment; `certificate` is the kind that whoever passes gets, "" where it gives none."""

    placement = Placement.REFERENCE
    scope = Scope(permission="staff.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    certificate = models.CharField(max_length=24, blank=True)
    held_on = models.DateField()
    place = models.CharField(max_length=80, blank=True)
    trainer = models.CharField(max_length=40, blank=True)
    pass_score = models.PositiveSmallIntegerField(default=60)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="training_pass_score_is_a_mark", condition=Q(pass_score__lte=100))
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Somebody invited to a training: whether they came, and how they did. `result` follows from the score."""

    placement = Placement.REFERENCE
    scope = Scope(permission="staff.view", area="training__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="attendances")
    attended = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(null=True)
    result = models.CharField(max_length=8, blank=True)
    assessed_by = models.CharField(max_length=80, blank=True)
    assessed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_training_names_somebody_once", fields=["training", "member"]),
            models.CheckConstraint(name="training_result_is_a_known_word", condition=Q(result__in=RESULTS)),
            models.CheckConstraint(
                name="training_score_is_a_mark", condition=Q(score__isnull=True) | Q(score__lte=100)
            ),
            models.CheckConstraint(
                name="only_who_came_has_a_score",
                condition=Q(attended=True) | Q(score__isnull=True, result=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} @ {self.training_id}"


class Certificate(models.Model):
    """A certificate of a kind, valid on its first and its last day too. Revoked: without force from that moment."""

    placement = Placement.REFERENCE
    scope = Scope(permission="staff.view", area="member__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=24)
    number = models.CharField(max_length=40)
    issued_by = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_until = models.DateField()
    training = models.ForeignKey(Training, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="certificate_number_is_given_once", fields=["kind", "number"]),
            models.CheckConstraint(
                name="certificate_ends_after_it_begins", condition=Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="a_revoked_certificate_says_why",
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_reason=""),
            ),
        ]
        indexes = [models.Index(name="certificates_by_end", fields=["valid_until"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
