"""Work begun and not finished."""

from django.conf import settings
from django.db import models

from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class Draft(models.Model):
    """What someone has entered so far in a wizard or a long form: left at any moment, found again on any computer.

    `payload` is JSON text and encrypted as a whole, because half-filled forms hold names, numbers and phones too.
    """

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200, blank=True)
    step = models.CharField(max_length=64, blank=True)
    payload = EncryptedTextField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="drafts_of_an_owner", fields=["owner", "kind", "-updated_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.step} ({self.updated_at:%Y-%m-%d %H:%M})"
