"""What people see of background work."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

STATES = ("queued", "running", "done", "failed", "cancelled")


class Job(models.Model):
    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    arguments = models.JSONField()
    owner = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="queued")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)
    refusal = models.JSONField(null=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="job_state_is_a_known_word", condition=Q(state__in=STATES)),
        ]
        indexes = [models.Index(name="jobs_of_an_owner", fields=["owner", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"
