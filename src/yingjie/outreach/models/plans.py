"""一人一策: a plan for one reluctant or frail resident, with its history."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.models.attempts import REASONS
from yingjie.outreach.workflow import CARE_PLAN
from yingjie.people.models import Person

PLAN_STATES = CARE_PLAN.states
MEASURES = (
    "transport",
    "doctor_talk",
    "home_vaccination",
    "family_talk",
    "leader_visit",
    "interpreter",
    "other",
)
PLAN_OUTCOMES = ("vaccinated", "declined", "contraindicated", "deferred", "moved_away", "died", "other")


class CarePlan(models.Model):
    """What is done for one resident, by whom, until when. `goal` is the dose that it is about: once the person has had that dose
    since `opened_on`, the plan counts as closed whatever `state` says. Obstacles may tell of somebody's health: encrypted."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="care_plans")
    goal = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default=CARE_PLAN.initial)
    reason = models.CharField(max_length=20, blank=True)
    obstacles = EncryptedTextField(blank=True)
    measures = models.JSONField(default=list)
    owner = models.CharField(max_length=80)
    next_step = models.CharField(max_length=120, blank=True)
    next_on = models.DateField(null=True)
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=80)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=16, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_has_one_open_care_plan", fields=["person"], condition=~Q(state="closed")
            ),
            models.CheckConstraint(
                name="care_plan_state_is_a_known_word", condition=Q(state__in=PLAN_STATES)
            ),
            models.CheckConstraint(
                name="care_plan_reason_is_a_known_word", condition=Q(reason__in=("", *REASONS))
            ),
            models.CheckConstraint(
                name="closed_care_plan_has_day_and_outcome",
                condition=Q(state="closed", closed_on__isnull=False, outcome__in=PLAN_OUTCOMES)
                | (~Q(state="closed") & Q(closed_on__isnull=True, outcome="")),
            ),
        ]
        indexes = [
            models.Index(name="care_plans_by_next_step", fields=["next_on"], condition=~Q(state="closed"))
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.next_on}"


class CarePlanNote(models.Model):
    """One line of a plan's history: what was done or changed."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    step = models.CharField(max_length=12)
    text = EncryptedTextField(blank=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.step
