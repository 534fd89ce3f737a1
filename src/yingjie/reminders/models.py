"""Reminders, the messages of each, and who wants none."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.reminders.workflow import MESSAGE, REMINDER

OCCASIONS = ("due", "overdue", "appointment", "cancelled", "review")
LANGUAGES = ("zh-hans", "en")
WISHES = ("yes", "no")
CHANNELS = ("desk", "visit", "phone", "message")


class Reminder(models.Model):
    """One occasion: `on` is the day it speaks of. `counts` is what came of choosing the people, by fate; `text` the code and
    version of the words."""

    placement = Placement.LOCAL
    scope = Scope(permission="reminders.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    occasion = models.CharField(max_length=12)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    language = models.CharField(max_length=8, default="zh-hans")
    text = models.CharField(max_length=32)
    state = models.CharField(max_length=8, default=REMINDER.initial)
    counts = models.JSONField(default=dict)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reminder_occasion_is_a_known_word", condition=Q(occasion__in=OCCASIONS)
            ),
            models.CheckConstraint(
                name="reminder_state_is_a_known_word", condition=Q(state__in=REMINDER.states)
            ),
            models.CheckConstraint(
                name="reminder_language_is_a_known_word", condition=Q(language__in=LANGUAGES)
            ),
            models.CheckConstraint(
                name="begun_reminder_says_when",
                condition=~Q(state__in=("sending", "done")) | Q(started_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_live_reminder_per_occasion_area_and_day",
                fields=["occasion", "area", "on"],
                condition=~Q(state="stopped"),
            ),
        ]
        indexes = [models.Index(name="reminders_by_time", fields=["-made_at"])]

    def __str__(self) -> str:
        return f"{self.occasion} {self.area_id} {self.on}"


class Message(models.Model):
    """One person of one reminder: the key of both is what makes it happen once. Neither phone nor words stand here; they are made
    of the ledger at the moment of sending, and names and numbers of phones stay where they are encrypted.

    `told_with` is the person in whose message this one is named (themselves where it is their own). `about` is the appointment that
    it is about. The foreign key has no constraint in the database: a million rows come out of the ledger in one statement, and
    checking each against the table that it was read from would cost more than writing it.
    """

    placement = Placement.PERSON
    scope = Scope(permission="reminders.view", area="person__area__code")

    pk = models.CompositePrimaryKey("reminder_id", "person_id")
    reminder_id = models.UUIDField()
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="reminders", db_constraint=False, db_index=False
    )
    phone_id = models.UUIDField()
    told_with = models.UUIDField()
    about = models.UUIDField(null=True)
    state = models.CharField(max_length=10, default=MESSAGE.initial)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=64, blank=True, default="")
    problem = models.CharField(max_length=40, blank=True, default="")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_state_is_a_known_word", condition=Q(state__in=MESSAGE.states)
            ),
            models.CheckConstraint(
                name="sent_message_says_when",
                condition=~Q(state__in=("sent", "delivered")) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="messages_to_send",
                fields=["reminder_id", "due_at"],
                condition=Q(state__in=("waiting", "claimed")),
            ),
            models.Index(
                name="names_in_others_messages",
                fields=["told_with", "reminder_id"],
                condition=Q(state="named"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}, tries {self.tries}"


class Wish(models.Model):
    """What somebody said about being reminded. The newest one stands (`is_live`); the others stay on record."""

    placement = Placement.PERSON
    scope = Scope(permission="reminders.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reminder_wishes")
    says = models.CharField(max_length=4)
    via = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    is_live = models.BooleanField(default=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="wish_is_a_known_word", condition=Q(says__in=WISHES)),
            models.CheckConstraint(name="wish_came_in_a_known_way", condition=Q(via__in=CHANNELS)),
            models.UniqueConstraint(
                name="person_has_one_wish_that_stands", fields=["person"], condition=Q(is_live=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.says} via {self.via}"


class StoppedPhone(models.Model):
    """A phone whose holder answered that they want no messages, by its keyed hash: for whoever is in the ledger with it, now or
    later."""

    placement = Placement.DOCUMENT

    number_index = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()
    via = models.CharField(max_length=8)
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"stopped at {self.at}"
