"""What residents complain about: being pressed, or treated badly."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.models.responsibility import Officer
from yingjie.outreach.workflow import COMPLAINT
from yingjie.people.models import Person

COMPLAINT_ABOUT = ("pressed", "rude", "withheld", "privacy", "wrong_time", "other")
COMPLAINT_HOW = ("telephone", "in_person", "letter", "online")
COMPLAINT_FINDINGS = ("upheld", "partly", "not_upheld", "withdrawn")


class Complaint(models.Model):
    """A resident's complaint, answered by `owner` until `due_on`. Until it is decided nobody calls on them; `rests`: nobody does
    afterwards either, unless they ask. Seen by whoever decides on complaints and by auditors, never by a village or a grid."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.complaints", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="complaints")
    about = models.CharField(max_length=12)
    how = models.CharField(max_length=12)
    text = EncryptedTextField()
    against = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    taken_by = models.CharField(max_length=80)
    owner = models.CharField(max_length=80)
    due_on = models.DateField()
    state = models.CharField(max_length=12, default=COMPLAINT.initial)
    finding = models.CharField(max_length=12, blank=True)
    reply = EncryptedTextField(blank=True)
    rests = models.BooleanField(default=False, db_default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="complaint_state_is_a_known_word", condition=Q(state__in=COMPLAINT.states)
            ),
            models.CheckConstraint(
                name="complaint_about_a_known_thing", condition=Q(about__in=COMPLAINT_ABOUT)
            ),
            models.CheckConstraint(name="complaint_came_in_a_known_way", condition=Q(how__in=COMPLAINT_HOW)),
            models.CheckConstraint(
                name="decided_complaint_has_finding_moment_and_name",
                condition=Q(state="open", finding="")
                | (Q(finding__in=COMPLAINT_FINDINGS, decided_at__isnull=False) & ~Q(decided_by="")),
            ),
        ]
        indexes = [models.Index(name="complaints_of_a_person", fields=["person", "state"])]

    def __str__(self) -> str:
        return f"{self.about} {self.state}"
