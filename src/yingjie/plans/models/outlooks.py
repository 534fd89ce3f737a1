"""The whole campaign simulated to its finish, under scenarios."""

from django.db import models

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class CampaignRun(models.Model):
    """`document` is a plan of vaxkit.campaign from the ledger of `made_at`, with its scenarios; `basis` says where its figures come
    from; `result` (null: not done) holds one outlook a scenario. A run that was changed by hand (`based_on`) keeps its document as
    it was written; the others draw it up anew whenever they are computed."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    document = models.JSONField()
    basis = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    replications = models.PositiveIntegerField(default=200)
    seed = models.PositiveIntegerField(default=1)
    based_on = models.UUIDField(null=True)
    job_id = models.UUIDField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(name="campaign_runs_of_an_area", fields=["area", "-made_at"])]

    def __str__(self) -> str:
        return self.title
