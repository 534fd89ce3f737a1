"""Users and the roles they hold."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.roles import ROLES
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

OF_LINES = sorted(role.name for role in ROLES.values() if role.of_line)


class User(AbstractBaseUser):
    """Someone who signs in. Staff accounts have no e-mail; a lost password is reset by the administrator of the area."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)
    # Whose administrator keeps the account while it holds no role: the area of its making, later that of its latest role.
    area_code = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField()

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.username})"


class Grant(models.Model):
    """A role held on an area node from a day until a day (the last day is included; null means no end is set)."""

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    area_code = models.CharField(max_length=16)
    site_id = models.UUIDField(null=True, blank=True)
    # The line (条) of a role that is held for one.
    line_code = models.CharField(max_length=24, blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(name="grant_names_a_known_role", condition=Q(role__in=sorted(ROLES))),
            models.CheckConstraint(
                name="grant_names_a_line_exactly_for_a_role_of_lines",
                condition=(Q(role__in=OF_LINES) & ~Q(line_code=""))
                | (~Q(role__in=OF_LINES) & Q(line_code="")),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.area_code}"
