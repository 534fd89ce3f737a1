"""The unvaccinated ledger 未接种台账: what was fed back to a village on a day, and the views that users saved."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class UnvaccinatedIssue(models.Model):
    """A village's list of a day as it was fed back, never changed again. `rows` are lists of values in the order of
    `unvaccinated.FROZEN`; nothing in them is a number, a phone or a diagnosis."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    goal = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    rows = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_unvaccinated_list_per_village_and_day", fields=["area", "on"]),
            models.CheckConstraint(name="unvaccinated_goal_counts_from_one", condition=Q(goal__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.on}"


class SavedView(models.Model):
    """A user's own name for a set of filters of a list."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    owner = models.CharField(max_length=80)
    of_list = models.CharField(max_length=24)
    title = models.CharField(max_length=40)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="user_has_each_saved_view_once", fields=["owner", "of_list", "title"]
            ),
        ]

    def __str__(self) -> str:
        return self.title
