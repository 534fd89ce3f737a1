"""What residents write on the public page, until the desk takes it as a complaint of somebody or answers it."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.models.complaints import COMPLAINT_ABOUT
from yingjie.outreach.workflow import WRITTEN


class WrittenComplaint(models.Model):
    """Written without an account, under the township that the writer names. `receipt`: the number that they were shown, by which
    they ask what became of it. `print_index`: keyed hash of what was written, so that a form sent twice is one. Once taken,
    `complaint_id` and `person_id` say whose complaint it became; answered without, the answer stands here."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.complaints", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    receipt = models.CharField(max_length=10, unique=True)
    print_index = models.CharField(max_length=128)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=12)
    text = EncryptedTextField()
    name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    made_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, default=WRITTEN.initial)
    complaint_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    reply = EncryptedTextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="written_complaint_state_is_a_known_word", condition=Q(state__in=WRITTEN.states)
            ),
            models.CheckConstraint(
                name="written_complaint_about_a_known_thing", condition=Q(about__in=COMPLAINT_ABOUT)
            ),
            models.CheckConstraint(
                name="written_complaint_taken_names_the_complaint",
                condition=~Q(state="taken") | Q(complaint_id__isnull=False, person_id__isnull=False),
            ),
            models.CheckConstraint(
                name="written_complaint_waits_or_says_who_ended_it",
                condition=Q(state="waiting", ended_by="")
                | (~Q(state="waiting") & Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
        ]
        indexes = [models.Index(name="written_complaints_by_print", fields=["print_index", "made_at"])]

    def __str__(self) -> str:
        return f"{self.about} {self.state}"
