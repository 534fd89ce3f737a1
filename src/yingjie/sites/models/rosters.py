"""Who works at a site, and when: team, shifts, needs, rosters with their duties, swaps, attendance."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models.site import Site
from yingjie.sites.workflow import SWAP
from yingjie.staff.models import StaffMember

ROSTER_STATES = ("draft", "published", "dropped")
TIME_KINDS = ("leave", "sick", "rather_not", "would_like")


class TeamMember(models.Model):
    """Somebody belongs to the team of a site, from a day until a day (both included; null: no end is set)."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="team")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    week_hours = models.PositiveSmallIntegerField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="team_names_somebody_once", fields=["site", "member"], condition=Q(until_on__isnull=True)
            ),
            models.CheckConstraint(
                name="team_member_ends_after_beginning",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} @ {self.site_id}"


class ShiftPattern(models.Model):
    """A shift of a site's day: `begins` is a minute of the day, `ends` above 1440 lies on the next."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="shifts")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=20)
    begins = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="site_has_each_shift_once", fields=["site", "code"]),
            models.CheckConstraint(
                name="shift_lasts_a_day_at_most",
                condition=Q(begins__lt=1440, ends__gt=F("begins"), ends__lte=F("begins") + 1440),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Need(models.Model):
    """So many people in a role, in a shift, on Monday to Sunday."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="needs")
    shift = models.ForeignKey(ShiftPattern, on_delete=models.CASCADE, related_name="needs")
    role = models.CharField(max_length=24)
    people = ArrayField(models.PositiveSmallIntegerField(), size=7)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="shift_needs_a_role_once", fields=["site", "shift", "role"]),
            models.CheckConstraint(name="a_need_is_for_seven_days", condition=Q(people__len=7)),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.people}"


class TimeOff(models.Model):
    """Leave or illness, which a roster keeps to; or a wish, which it meets if it can."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    from_on = models.DateField()
    until_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="time_off_kind_is_a_known_word", condition=Q(kind__in=TIME_KINDS)),
            models.CheckConstraint(
                name="time_off_ends_after_it_begins", condition=Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"


class Roster(models.Model):
    """Duties of a stretch of days. Of two published ones for a day the later published counts. `told` holds what the solver said:
    missing, is_best, words (zh, en)."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rosters")
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=10, default="draft")
    told = models.JSONField(default=dict)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="roster_state_is_a_known_word", condition=Q(state__in=ROSTER_STATES)),
            models.CheckConstraint(
                name="roster_ends_after_it_begins", condition=Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="a_published_roster_says_when",
                condition=~Q(state="published") | Q(published_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="rosters_of_a_site_by_day", fields=["site", "first_on"])]

    def __str__(self) -> str:
        return f"{self.first_on} – {self.last_on}"


class Duty(models.Model):
    """Somebody works a shift in a role. `pinned`: a new plan leaves it; `in_spite_of`: why it stands against a rest rule."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="duties")
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="duties")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    shift = models.ForeignKey(ShiftPattern, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    pinned = models.BooleanField(default=False)
    in_spite_of = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_roster_gives_somebody_one_duty_a_day", fields=["site", "roster", "member", "on"]
            ),
        ]
        indexes = [models.Index(name="duties_of_a_site_by_day", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on} {self.role}"


class Swap(models.Model):
    """Somebody asks a colleague to take a duty; the colleague agrees; whoever keeps the roster allows it."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="swaps")
    to_member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=SWAP.initial)
    words = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="swap_state_is_a_known_word", condition=Q(state__in=SWAP.states)),
            models.UniqueConstraint(
                name="a_duty_is_asked_about_once_at_a_time",
                fields=["site", "duty"],
                condition=Q(state__in=("asked", "agreed")),
            ),
        ]

    def __str__(self) -> str:
        return self.state


class Presence(models.Model):
    """Somebody of the team was here, from signing in until signing out. `begins_at` is when their duty began, null without one."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    begins_at = models.DateTimeField(null=True)
    in_at = models.DateTimeField()
    in_by = models.CharField(max_length=80)
    out_at = models.DateTimeField(null=True)
    out_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="nobody_is_here_twice", fields=["site", "member"], condition=Q(out_at__isnull=True)
            ),
            models.CheckConstraint(
                name="nobody_leaves_before_coming",
                condition=Q(out_at__isnull=True) | Q(out_at__gte=F("in_at")),
            ),
        ]
        indexes = [models.Index(name="presences_of_a_site_by_day", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on} {self.in_at}"
