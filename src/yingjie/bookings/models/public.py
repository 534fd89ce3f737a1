"""What the residents' page keeps: codes asked for, how often somebody tried, texts to be sent."""

from django.db import models

from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class PhoneCode(models.Model):
    """A one-time code that was asked for. There is one for whoever asks, known or not; `person_id` is null where number and
    phone do not belong together, and then no code can ever be right. Only the keyed hash of the code is kept."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField(null=True)
    code_index = models.CharField(max_length=128)
    asked_at = models.DateTimeField()
    good_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="phone_codes_by_time", fields=["asked_at"])]

    def __str__(self) -> str:
        return f"asked at {self.asked_at}"


class Knock(models.Model):
    """One try of somebody at the residents' door, by keyed hashes of address, number and phone: what is counted to slow
    guessing down."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    key_index = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="knocks_by_key", fields=["key_index", "at"])]

    def __str__(self) -> str:
        return f"{self.at}"


class TextMessage(models.Model):
    """A text message that waits for a gateway; in a demo it is read on the screen. Phone and words are encrypted."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField(null=True)
    phone = EncryptedTextField[str, str]()
    words = EncryptedTextField[str, str]()
    kind = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="text_messages_by_time", fields=["made_at"])]

    def __str__(self) -> str:
        return f"{self.kind} at {self.made_at}"
