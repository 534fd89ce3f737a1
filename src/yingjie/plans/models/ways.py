"""Where sites lie, as somebody measured it."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site


class SitePoint(models.Model):
    """A site's place on earth, in degrees. Ways are estimated from it, to the middle of a village's boundary."""

    placement = Placement.PLACE
    scope = Scope(permission="plans.view", area="site__area__code", site="site_id")

    site = models.OneToOneField(Site, on_delete=models.PROTECT, primary_key=True, related_name="+")
    longitude = models.FloatField()
    latitude = models.FloatField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="point_of_a_site_lies_on_earth",
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.longitude}, {self.latitude}"
