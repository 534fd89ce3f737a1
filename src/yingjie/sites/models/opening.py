"""Days on which a site vaccinates although something stands against it: who took it on themselves, and why."""

from django.db import models

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models.site import Site


class DayPermit(models.Model):
    """A site may register people on this one day in spite of what `against` names (codes of opening.py, and of the checklist)."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="day_permits")
    on = models.DateField()
    against = models.JSONField(default=list)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_day_of_a_site_is_permitted_once", fields=["site", "on"]),
            models.CheckConstraint(name="a_day_permit_says_why", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.reason}"
