"""What is asked for at a door: a vaccination at home, a doctor's word before a dose."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.workflow import DOCTORS_WORD, HOME_REQUEST
from yingjie.people.models import Person

HOME_BECAUSE = ("bedridden", "housebound", "carer_alone", "other")


class HomeRequest(models.Model):
    """Somebody who cannot come asks to be vaccinated at home. `arranged_on`: the day that was promised,
    in `session` where a site has one that day."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="home_requests")
    because = models.CharField(max_length=12)
    note = EncryptedTextField(blank=True)
    state = models.CharField(max_length=12, default=HOME_REQUEST.initial)
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=80)
    arranged_on = models.DateField(null=True)
    session_id = models.UUIDField(null=True)
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_has_one_open_home_request",
                fields=["person"],
                condition=~Q(state__in=HOME_REQUEST.finals),
            ),
            models.CheckConstraint(
                name="home_request_state_is_a_known_word", condition=Q(state__in=HOME_REQUEST.states)
            ),
            models.CheckConstraint(
                name="home_request_for_a_known_reason", condition=Q(because__in=HOME_BECAUSE)
            ),
            models.CheckConstraint(
                name="closed_home_request_says_when",
                condition=~Q(state__in=HOME_REQUEST.finals) | Q(closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="arranged_home_request_has_a_day",
                condition=~Q(state="arranged") | Q(arranged_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.state


class DoctorsWord(models.Model):
    """Medical grounds were heard: by `review_on` a doctor says whether and when. A later day keeps it waiting."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="doctors_words")
    review_on = models.DateField()
    state = models.CharField(max_length=16, default=DOCTORS_WORD.initial)
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    doctor = models.CharField(max_length=80, blank=True)
    note = EncryptedTextField(blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_waits_for_one_doctors_word", fields=["person"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="doctors_word_is_a_known_word", condition=Q(state__in=DOCTORS_WORD.states)
            ),
            models.CheckConstraint(
                name="a_doctors_word_has_moment_and_name",
                condition=Q(state="waiting") | (Q(decided_at__isnull=False) & ~Q(doctor="")),
            ),
        ]
        indexes = [
            models.Index(name="doctors_words_by_day", fields=["review_on"], condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return self.state
