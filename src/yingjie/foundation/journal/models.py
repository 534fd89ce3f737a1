"""The journal's tables. Rows of Entry are never updated or deleted: a trigger (migration 0002) refuses both."""

from django.db import models

from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class Entry(models.Model):
    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    chain = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    area_code = models.CharField(max_length=16, blank=True)
    facts = models.JSONField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="journal_numbers_count_up_in_a_chain", fields=["chain", "number"]),
        ]
        indexes = [
            models.Index(name="journal_of_a_subject", fields=["subject_kind", "subject_id", "at"]),
            models.Index(name="journal_by_time", fields=["-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb}"


class ChainHead(models.Model):
    """The end of a chain: the one row that writers of this chain wait for."""

    placement = Placement.LOCAL

    chain = models.PositiveSmallIntegerField(primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"chain {self.chain} at {self.number}"
