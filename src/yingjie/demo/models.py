"""The mark that a demo county leaves in the database that it was loaded into."""

from django.db import models

from yingjie.foundation.placement import Placement


class LoadedCounty(models.Model):
    """One row per demo county; written first and in the load's own transaction, so that two loads at once make one."""

    placement = Placement.LOCAL

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=64)
    size = models.CharField(max_length=8)
    seed = models.IntegerField()
    today = models.DateField()
    loaded_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.name} ({self.size}, seed {self.seed})"
