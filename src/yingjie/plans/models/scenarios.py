"""A day at a site as a plan, and what simulating it said."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site


class Scenario(models.Model):
    """A site's day. `document` is a plan of vaxkit.simulation; `basis` says where each of its figures comes from, with the fits;
    a variant names what it was copied from in `based_on`; without a title it is the plan as the ledger has it. `result` is what
    simulating gave (null: not done), `staffing` the smallest staffing for a promise. A scenario never changes: another is another
    row."""

    placement = Placement.PLACE
    scope = Scope(permission="plans.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    title = models.CharField(max_length=120, blank=True)
    based_on = models.UUIDField(null=True)
    document = models.JSONField()
    basis = models.JSONField(default=dict)
    replications = models.PositiveIntegerField(default=200)
    seed = models.PositiveIntegerField(default=1)
    result = models.JSONField(null=True)
    staffing = models.JSONField(null=True)
    job_id = models.UUIDField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    simulated_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="simulated_scenario_says_when",
                condition=Q(result__isnull=True) | Q(simulated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="scenario_is_simulated_once_at_least", condition=Q(replications__gte=1)
            ),
        ]
        indexes = [models.Index(name="scenarios_of_a_site_and_day", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on} {self.title}"
