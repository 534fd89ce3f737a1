"""The division tree, and the units 单位 that stand in it, each answered for by a line 条."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import EVERY_LINE, Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

LEVELS = ("province", "city", "county", "town", "village", "grid", "micro_grid")


class Area(models.Model):
    """A node. `code` is the official statistics code without trailing zeros, or a local one below the village."""

    placement = Placement.REFERENCE
    scope = Scope(permission="areas.view", area="code", line=EVERY_LINE)

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
    scope = Scope(permission="areas.view", area="area__code", line=EVERY_LINE)

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
    scope = Scope(permission="areas.view", area="area__code", line=EVERY_LINE)

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


class Line(models.Model):
    """A department that answers for the units of its trade (条): education for schools, market supervision for shops."""

    placement = Placement.REFERENCE

    code = models.CharField(max_length=24, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name_zh


class Unit(models.Model):
    """An employer, site, mall, school or home with people. `line` answers for it; null: no line does yet."""

    placement = Placement.REFERENCE
    scope = Scope(permission="units.view", area="area__code", line="line_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    pinyin = models.CharField(max_length=200)
    kind = models.CharField(max_length=24)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=40, blank=True)
    contact_phone = models.CharField(max_length=24, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unit_closes_after_it_opens",
                condition=Q(opened_on__isnull=True)
                | Q(closed_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
            ),
        ]
        indexes = [models.Index(name="units_by_name", fields=["name"], opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name
