"""Boundaries that somebody brought for the areas right below one: what the wall map draws instead of tiles."""

from django.db import models

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class MapLayer(models.Model):
    """The boundaries of the areas right below `area`, as they came in one file. A new file takes the place of the last."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    positions = models.PositiveIntegerField()
    positions_kept = models.PositiveIntegerField()
    rings_turned = models.PositiveIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_map_layer_below_an_area", fields=["area"])]

    def __str__(self) -> str:
        return f"{self.area_id} {self.file_name}"


class Boundary(models.Model):
    """`shape`: polygons, each its outer ring and its holes; positions in ten-millionths of a degree (WGS 84)."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    layer = models.ForeignKey(MapLayer, on_delete=models.CASCADE, related_name="boundaries")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    shape = models.JSONField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="an_area_has_one_boundary", fields=["area"])]

    def __str__(self) -> str:
        return self.area_id
