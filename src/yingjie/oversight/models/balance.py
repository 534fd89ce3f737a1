"""What villages counted by hand for their balance of a day."""

from django.db import models

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class ReportedFigures(models.Model):
    """What a village counted by hand for its balance of a day: people by term, and `registered`. Compared with the ledger, never
    mixed into it."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    figures = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_hand_count_per_area_and_day", fields=["area", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.on}"
