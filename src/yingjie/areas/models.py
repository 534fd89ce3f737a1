"""The division tree."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

LEVELS = ("province", "city", "county", "town", "village", "grid", "micro_grid")


class Area(models.Model):
    """A node. `code` is the official statistics code without trailing zeros, or a local one below the village."""

    placement = Placement.REFERENCE
    scope = Scope(permission="areas.view", area="code")

    code = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=64)
    level = models.CharField(max_length=12)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    pinyin = models.CharField(max_length=160)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="predecessors")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="area_level_is_a_known_word", condition=Q(level__in=LEVELS)),
            models.CheckConstraint(
                name="area_code_begins_with_its_parents_code",
                condition=Q(parent__isnull=True) | Q(code__startswith=F("parent")),
            ),
            models.CheckConstraint(
                name="area_with_a_successor_is_closed",
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class AreaName(models.Model):
    """Another name by which people find an area: popular (马坊镇 for 马坊地区) or former."""

    placement = Placement.REFERENCE
    scope = Scope(permission="areas.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    until_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="area_has_each_name_once", fields=["area", "name"]),
            models.CheckConstraint(
                name="area_name_kind_is_known", condition=Q(kind__in=("popular", "former"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaChange(models.Model):
    """What happened to the tree: the answer to 'where did this village go'."""

    placement = Placement.REFERENCE
    scope = Scope(permission="areas.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8)
    on = models.DateField()
    from_name = models.CharField(max_length=64)
    to_name = models.CharField(max_length=64)
    into = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    rows_moved = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="area_change_kind_is_known", condition=Q(kind__in=("rename", "merge"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_name} → {self.to_name}"
