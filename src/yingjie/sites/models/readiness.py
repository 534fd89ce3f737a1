"""What a site has and what was found there: equipment, the emergency plan with its kit, inspections."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models.site import Site
from yingjie.sites.workflow import FINDING

AMBULANCES = ("", "on_site", "on_call")


class Equipment(models.Model):
    """So many pieces of a kind at a site. `wanted` null: as the readiness data says for this kind of site."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="equipment")
    code = models.CharField(max_length=24)
    pieces = models.PositiveSmallIntegerField(default=0)
    broken = models.PositiveSmallIntegerField(default=0)
    wanted = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=120, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="site_lists_equipment_once", fields=["site", "code"]),
            models.CheckConstraint(
                name="not_more_is_broken_than_there_is", condition=Q(broken__lte=F("pieces"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.code}"


class Emergency(models.Model):
    """A site's emergency plan: the paired hospital, the ambulance, when the kit was last looked through."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    site = models.OneToOneField(Site, on_delete=models.PROTECT, primary_key=True, related_name="emergency")
    hospital = models.CharField(max_length=80, blank=True)
    hospital_phone = models.CharField(max_length=24, blank=True)
    drive_minutes = models.PositiveSmallIntegerField(null=True)
    ambulance = models.CharField(max_length=8, blank=True)
    ambulance_plate = models.CharField(max_length=16, blank=True)
    kit_checked_on = models.DateField(null=True)
    kit_checked_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="ambulance_is_a_known_word", condition=Q(ambulance__in=AMBULANCES)),
        ]

    def __str__(self) -> str:
        return self.hospital


class KitItem(models.Model):
    """Something in the emergency kit; `expires_on` is its last good day, null for what does not expire."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="kit")
    code = models.CharField(max_length=24)
    pieces = models.PositiveSmallIntegerField(default=0)
    expires_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="kit_lists_something_once", fields=["site", "code"])]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.code}"


class Inspection(models.Model):
    """Somebody went through the site's checklist on a day. `fine` and `left_out` are codes of the data; what was not fine is a
    Finding."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="inspections")
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    fine = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(name="inspections_of_a_site_by_day", fields=["site", "-on"])]

    def __str__(self) -> str:
        return f"{self.site_id} {self.on}"


class Finding(models.Model):
    """Something that was not fine, until whoever inspects has seen that it is corrected."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="findings")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=32)
    what = models.CharField(max_length=300)
    photo = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default=FINDING.initial)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=80)
    correct_by_on = models.DateField(null=True)
    correction = models.CharField(max_length=300, blank=True)
    correction_photo = models.CharField(max_length=64, blank=True)
    corrected_at = models.DateTimeField(null=True)
    corrected_by = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=80, blank=True)
    check_note = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="finding_state_is_a_known_word", condition=Q(state__in=FINDING.states)
            ),
            models.CheckConstraint(
                name="a_corrected_finding_says_how", condition=Q(state="open") | ~Q(correction="")
            ),
        ]
        indexes = [
            models.Index(
                name="findings_not_settled", fields=["site", "found_at"], condition=~Q(state="settled")
            )
        ]

    def __str__(self) -> str:
        return self.what
