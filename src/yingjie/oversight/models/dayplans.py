"""The plan of a morning, frozen, and what was stated about a day; queries that were kept."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

#: What a person may state about a day as the cause of doses that were not given.
STATED_CAUSES = ("weather", "system", "other")


class DayPlan(models.Model):
    """What an area's sites and the areas below it were to give on a day, as it stood when it was frozen. Never changed again:
    `content` are its rows (`day_plans.from_json`), `content_sha256` their hash."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=80)
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_plan_per_area_and_day", fields=["area", "on"])]

    def __str__(self) -> str:
        return f"{self.area_id} {self.on}"


class PlanNote(models.Model):
    """Somebody says what kept doses of a plan's row from being given: at most so many, in words."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="plan__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(DayPlan, on_delete=models.CASCADE, related_name="notes")
    key = models.CharField(max_length=40)
    cause = models.CharField(max_length=8)
    doses = models.PositiveIntegerField()
    text = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stated_cause_is_a_known_word", condition=Q(cause__in=STATED_CAUSES) & Q(doses__gte=1)
            ),
            models.UniqueConstraint(
                name="a_cause_is_stated_once_of_a_plans_row", fields=["plan", "key", "cause"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.cause} {self.doses}"


class SavedQuery(models.Model):
    """A question of figures that somebody keeps under a name for themselves; it answers what they may see when they ask."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    username = models.CharField(max_length=150)
    title = models.CharField(max_length=60)
    asked = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_saved_query_per_name", fields=["username", "title"])]

    def __str__(self) -> str:
        return self.title
