"""Campaigns, their phases and milestones, and the targets of areas and lines."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

KEYS = ("ledger", "stated")


class Campaign(models.Model):
    """What a county (or a township for itself) wants to reach from a day until a day."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="campaign_title_is_unique_in_its_area", fields=["area", "title"]),
            models.CheckConstraint(
                name="campaign_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """One dose for one group: ages on the day the people are counted, a population group of the ledger or everybody. `key`:
    shared by
    the ledger's own people, or by figures that were stated."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="campaign__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="phases")
    title = models.CharField(max_length=80)
    dose = models.PositiveSmallIntegerField()
    age_from = models.PositiveSmallIntegerField(default=0)
    age_until = models.PositiveSmallIntegerField(null=True)
    category = models.CharField(max_length=32, blank=True)
    present_only = models.BooleanField(default=False)
    key = models.CharField(max_length=8, default="ledger")
    from_on = models.DateField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="phase_title_is_unique_in_its_campaign", fields=["campaign", "title"]
            ),
            models.CheckConstraint(name="phase_is_of_a_dose", condition=Q(dose__gte=1)),
            models.CheckConstraint(name="phase_key_is_a_known_word", condition=Q(key__in=KEYS)),
            models.CheckConstraint(
                name="phase_ages_are_in_order",
                condition=Q(age_until__isnull=True) | Q(age_until__gte=F("age_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class KeyFigure(models.Model):
    """The stated figure of an area by which a phase's targets are shared, where the ledger's people are not the key."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="key_figures")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="area_has_one_key_figure_in_a_phase", fields=["phase", "area"])
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.people}"


class Milestone(models.Model):
    """The share of its group that a phase reaches by the evening of a day. `counted_on`: the day whose people it was last
    shared by;
    `issued_at`: since when its targets are told to those who have to reach them."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="phase__campaign__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="milestones")
    on = models.DateField()
    share = models.DecimalField(max_digits=5, decimal_places=4)
    counted_on = models.DateField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="phase_has_one_milestone_a_day", fields=["phase", "on"]),
            models.CheckConstraint(
                name="milestone_share_is_positive", condition=Q(share__gt=0, share__lte=2)
            ),
            models.CheckConstraint(
                name="issued_milestone_has_targets",
                condition=Q(issued_at__isnull=True) | Q(counted_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.share}"


class Target(models.Model):
    """What one area has to reach at one milestone: `itself` is the part of people who stand at the area and in none below it.
    A figure set
    by hand keeps its reason; `by_people` is what the people alone make it."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="targets")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()
    target = models.PositiveIntegerField()
    itself = models.PositiveIntegerField()
    by_people = models.PositiveIntegerField()
    by_hand = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.CharField(max_length=80, blank=True)
    set_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="area_has_one_target_at_a_milestone", fields=["milestone", "area"]),
            models.CheckConstraint(
                name="target_by_hand_is_the_target_and_has_a_reason",
                condition=Q(by_hand__isnull=True)
                | (Q(by_hand=F("target")) & ~Q(reason="") & Q(set_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.target}"


class LineTarget(models.Model):
    """A line's part of an area's own target (`Target.itself`) at a milestone; the lines' sums over areas, and the areas' over
    lines,
    are the targets. `line` is "none" for people for whom no line answers."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="line_targets")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=24)
    people = models.PositiveIntegerField()
    target = models.PositiveIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="line_has_one_target_in_an_area_at_a_milestone", fields=["milestone", "area", "line"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.line} {self.target}"


class LineByHand(models.Model):
    """A line's whole target at a milestone, set by hand."""

    placement = Placement.REFERENCE
    scope = Scope(permission="campaigns.view", area="milestone__phase__campaign__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="lines_by_hand")
    line = models.CharField(max_length=24)
    target = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=80)
    set_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="line_is_set_by_hand_once_at_a_milestone", fields=["milestone", "line"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.target}"
