"""Sites and stores."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

KINDS = ("store", "clinic", "temporary", "mobile", "special")


class Site(models.Model):
    """A place that holds vaccine: a store, a fixed clinic, a large temporary site, a mobile team, a special session.

    `hours` is written as in hours.py and read by it; `seats_per_hour` and `seats_per_session` bound what may be booked, null where
    nothing was said.
    """

    placement = Placement.REFERENCE
    scope = Scope(permission="sites.view", area="area__code", site="id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    seats_per_hour = models.PositiveIntegerField(null=True)
    seats_per_session = models.PositiveIntegerField(null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.CheckConstraint(name="site_kind_is_a_known_word", condition=Q(kind__in=KINDS))]

    def __str__(self) -> str:
        return self.name
