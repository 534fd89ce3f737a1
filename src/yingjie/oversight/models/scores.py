"""Scores 考核 of the areas right below one over some weeks, and the commendations that follow from them."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class ScoreSheet(models.Model):
    """Scores as they were settled: from the issued bulletins of `area` between two days, by the rules of that moment. Never changed
    again; `rules` and `rows` are what it says."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    rules = models.JSONField()
    rows = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_period_is_scored_once_in_an_area", fields=["area", "from_on", "until_on"]
            ),
            models.CheckConstraint(
                name="a_scored_period_ends_after_it_begins", condition=Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.from_on} – {self.until_on}"


class Commendation(models.Model):
    """An area is commended for what a score sheet says of it; withdrawn with a reason, never erased."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="commendations")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_because = models.CharField(max_length=400, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sheet_commends_an_area_once",
                fields=["sheet", "area"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_withdrawn_commendation_says_why",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.at}"
