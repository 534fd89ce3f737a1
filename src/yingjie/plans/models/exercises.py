"""Exercises at a table: scripts of one's own; an exercise with its clock, who sits where, what was decided, what was noted."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.plans.workflow import EXERCISE, SCRIPT


class ExerciseScript(models.Model):
    """A script that somebody brought: `text` as it was written, `document` as it was read. It never changes: another version is
    another row."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    document = models.JSONField()
    state = models.CharField(max_length=10, default=SCRIPT.initial)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exercise_script_state_is_a_known_word", condition=Q(state__in=SCRIPT.states)
            )
        ]

    def __str__(self) -> str:
        return str(self.document.get("id", ""))


class Exercise(models.Model):
    """`script` is a script of vaxkit.exercise, `plan` the campaign's plan on which effects are reckoned. The clock stands at
    `minute` as of `since_at`, and runs on from there, `pace` minutes of the exercise a minute, while the state is running.
    `result` reckons with what was decided up to `reckoned_minute`."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    script = models.JSONField()
    plan = models.JSONField(null=True)
    state = models.CharField(max_length=10, default=EXERCISE.initial)
    minute = models.FloatField(default=0)
    since_at = models.DateTimeField(null=True)
    pace = models.PositiveSmallIntegerField(default=1)
    result = models.JSONField(null=True)
    reckoned_minute = models.FloatField(null=True)
    job_id = models.UUIDField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exercise_state_is_a_known_word", condition=Q(state__in=EXERCISE.states)
            ),
            models.CheckConstraint(
                name="exercise_clock_goes_forward", condition=Q(pace__gte=1, minute__gte=0)
            ),
            models.CheckConstraint(
                name="running_exercise_has_a_beginning",
                condition=~Q(state="running") | Q(since_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ExerciseDecision(models.Model):
    """What a role decided on an inject, at a minute of the exercise; its first one counts."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="exercise__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="decisions")
    inject = models.CharField(max_length=40)
    option = models.CharField(max_length=40)
    role = models.CharField(max_length=40)
    minute = models.FloatField()
    words = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="role_decides_on_an_inject_once", fields=["exercise", "inject", "role"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.inject} {self.option}"


class ExerciseSeat(models.Model):
    """Who plays a role now: the last who sat down. Without one anybody may decide for the role, and sits there from then on."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="exercise__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(max_length=40)
    username = models.CharField(max_length=150)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="role_has_one_seat", fields=["exercise", "role"]),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.by}"


class ExerciseNote(models.Model):
    """What a facilitator saw at a minute; it stands in the report."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="exercise__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="notes")
    minute = models.FloatField()
    words = models.TextField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.words[:60]
