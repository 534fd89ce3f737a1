"""Emergency drills 应急演练 of a site: what was played, who took part, how fast help was there, what was found."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models.site import Site


class Drill(models.Model):
    """`scenario` and the keys of `seconds` (from the alarm until something was there) are words of data/drills.yaml; `people` are
    names. What was found is corrected until a day; without a finding there is nothing to correct."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="drills")
    on = models.DateField()
    scenario = models.CharField(max_length=24)
    led_by = models.CharField(max_length=40)
    people = models.JSONField(default=list)
    seconds = models.JSONField(default=dict)
    finding = models.CharField(max_length=500, blank=True)
    correct_by_on = models.DateField(null=True)
    correction = models.CharField(max_length=500, blank=True)
    corrected_at = models.DateTimeField(null=True)
    corrected_by = models.CharField(max_length=80, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="drill_corrects_what_was_found", condition=~Q(finding="") | Q(correction="")
            ),
            models.CheckConstraint(
                name="corrected_drill_says_how", condition=Q(corrected_at__isnull=True) | ~Q(correction="")
            ),
        ]
        indexes = [models.Index(name="drills_of_a_site_by_day", fields=["site", "-on"])]

    def __str__(self) -> str:
        return f"{self.scenario} {self.on}"
