"""Bulletins as they were issued."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class Bulletin(models.Model):
    """An issued bulletin: its content as it was at the cut-off, with the hash of that content. Never changed again.

    `number` counts up in an area from 1 each `year` (the year of the day reported).
    """

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    cut_off_at = models.DateTimeField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_bulletin_per_area_and_day", fields=["area", "on"]),
            models.UniqueConstraint(
                name="bulletin_numbers_count_up_in_an_area_and_year", fields=["area", "year", "number"]
            ),
            models.CheckConstraint(name="bulletin_number_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="bulletin_year_is_that_of_its_day", condition=Q(year=F("on__year"))),
            models.CheckConstraint(
                name="bulletin_is_issued_after_its_cut_off", condition=Q(issued_at__gte=F("cut_off_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.on} no. {self.number}"
