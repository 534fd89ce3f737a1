"""负责人、联络员: who is to name a contact by a deadline, and who has not."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area, Unit
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class ContactCall(models.Model):
    """Every village or unit of an area is asked for its leader and its contact by a moment."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.title


class Contact(models.Model):
    """What a village (`unit` null) or a unit has named, or has still to name (`reported_at` null)."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(ContactCall, on_delete=models.CASCADE, related_name="contacts")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    leader = models.CharField(max_length=40, blank=True)
    leader_phone = EncryptedTextField(blank=True)
    contact = models.CharField(max_length=40, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_village_is_asked_once", fields=["call", "area"], condition=Q(unit__isnull=True)
            ),
            models.UniqueConstraint(
                name="a_unit_is_asked_once", fields=["call", "unit"], condition=Q(unit__isnull=False)
            ),
            models.CheckConstraint(
                name="a_reported_contact_has_names",
                condition=Q(reported_at__isnull=True) | ~(Q(leader="") | Q(contact="")),
            ),
        ]

    def __str__(self) -> str:
        return self.contact
