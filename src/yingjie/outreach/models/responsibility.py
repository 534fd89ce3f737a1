"""包保: who answers in the campaign, and who answers for whom."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area, Unit
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.workflow import ALLOTMENT
from yingjie.people.models import Person
from yingjie.staff.models import StaffMember

OFFICER_KINDS = ("leader", "officer", "team")
LEFT_BECAUSE = ("", "left", "ill", "transferred", "other")
#: Why somebody has their officer: the words of vaxkit.responsibility.Why, and those that come from outside of it.
CHARGE_WHYS = (
    "pinned", "kept", "same_unit", "same_grid", "same_village", "same_township", "household", "leader", "handed_over",
)  # fmt: skip
CHARGE_ENDS = ("", "reallotted", "handed_over", "closed", "gone")


class Officer(models.Model):
    """Somebody of the staff who answers for an area: a leader for a township, village or county; an officer for `least` to `most`
    people of a village, grid or township, of whom at least `to_win` shall have their dose; a support team 小分队 of the office
    `unit`, under the one who leads it."""

    placement = Placement.REFERENCE
    scope = Scope(permission="outreach.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, default="officer")
    post = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    least = models.PositiveSmallIntegerField(default=0)
    most = models.PositiveSmallIntegerField(default=7)
    to_win = models.PositiveSmallIntegerField(default=0, db_default=0)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    ended_because = models.CharField(max_length=12, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="somebody_answers_once_for_an_area",
                fields=["member", "area", "kind"],
                condition=Q(until_on__isnull=True),
            ),
            models.CheckConstraint(name="officer_kind_is_a_known_word", condition=Q(kind__in=OFFICER_KINDS)),
            models.CheckConstraint(
                name="officer_least_is_at_most_the_most", condition=Q(least__lte=F("most"))
            ),
            models.CheckConstraint(
                name="officer_ends_after_beginning_for_a_known_reason",
                condition=Q(until_on__isnull=True, ended_because="")
                | (Q(until_on__gte=F("from_on")) & Q(ended_because__in=LEFT_BECAUSE[1:])),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.area_id}"


class Charge(models.Model):
    """One resident has one officer, from a day on. Live while `until_on` is null; what ended it stays as history."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="charges")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="charges")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    why = models.CharField(max_length=16)
    ended = models.CharField(max_length=12, blank=True)
    by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_has_one_live_officer", fields=["person"], condition=Q(until_on__isnull=True)
            ),
            models.CheckConstraint(name="charge_why_is_a_known_word", condition=Q(why__in=CHARGE_WHYS)),
            models.CheckConstraint(
                name="charge_ends_after_beginning_for_a_known_reason",
                condition=Q(until_on__isnull=True, ended="")
                | (Q(until_on__gte=F("from_on")) & Q(ended__in=CHARGE_ENDS[1:])),
            ),
        ]
        indexes = [
            models.Index(
                name="live_charges_of_an_officer", fields=["officer"], condition=Q(until_on__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.officer_id}"


class Allotment(models.Model):
    """A proposal for a township: `rows` are [person, officer before ("" none), officer, why] of those who would change; `loads` per
    officer [before, after]; `short` and `below_least` what cannot be had. Applied at most once; what no longer fits is left out."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.assign", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=ALLOTMENT.initial)
    people = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    rows = models.JSONField()
    loads = models.JSONField()
    short = models.PositiveIntegerField(default=0)
    short_officers = models.PositiveIntegerField(default=0)
    without = models.PositiveIntegerField(default=0)
    below_least = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    applied = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="allotment_state_is_a_known_word", condition=Q(state__in=ALLOTMENT.states)
            ),
            models.CheckConstraint(
                name="decided_allotment_says_when",
                condition=Q(state="proposed") | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.state}"
