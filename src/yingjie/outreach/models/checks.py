"""大数据推送核查: lists of people that come from above to be checked by a day, line by line."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.workflow import CHECK_LIST

LIST_STATES = CHECK_LIST.states
FINDINGS = (
    "in_area", "close_contact", "secondary_contact", "not_here", "moved_away", "cannot_reach", "wrong_data", "died",
)  # fmt: skip
MATCHES = ("number", "phone", "name_birth", "name_address", "name", "village", "")
ROW_KINDS = ("data", "total", "note", "header")


class CheckList(models.Model):
    """A list as it came. `columns` are its own labels in its own order, `fields` what each of them is ("" where nothing is
    understood); `heading` are the lines above the header. It goes back in this layout."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    sender = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=40)
    heading = models.JSONField(default=list)
    columns = models.JSONField()
    fields = models.JSONField()
    state = models.CharField(max_length=12, default=CHECK_LIST.initial)
    by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="check_list_state_is_a_known_word", condition=Q(state__in=LIST_STATES)
            ),
            models.CheckConstraint(
                name="reported_check_list_says_when",
                condition=~Q(state="reported") | Q(reported_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CheckItem(models.Model):
    """One line of such a list. `cells` is the line as it came and holds numbers: encrypted. `area` is who checks it: a village
    once assigned, before that the list's own area. `matched` says by what it was found in the ledger, "" if it was not."""

    placement = Placement.LOCAL
    scope = Scope(permission="outreach.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    check_list = models.ForeignKey(CheckList, on_delete=models.CASCADE, related_name="items")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, default="data")
    cells = EncryptedTextField()
    name = models.CharField(max_length=64, blank=True)
    person_id = models.UUIDField(null=True)
    matched = models.CharField(max_length=12, blank=True)
    officer = models.CharField(max_length=80, blank=True)
    finding = models.CharField(max_length=20, blank=True)
    note = EncryptedTextField(blank=True)
    found_at = models.DateTimeField(null=True)
    found_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="check_list_has_each_line_once", fields=["check_list", "number"]),
            models.CheckConstraint(
                name="check_finding_is_a_known_word", condition=Q(finding__in=("", *FINDINGS))
            ),
            models.CheckConstraint(
                name="check_finding_says_who_and_when",
                condition=Q(finding="") | (Q(found_at__isnull=False) & ~Q(found_by="")),
            ),
            models.CheckConstraint(name="check_match_is_a_known_word", condition=Q(matched__in=MATCHES)),
            models.CheckConstraint(name="check_line_kind_is_a_known_word", condition=Q(kind__in=ROW_KINDS)),
        ]
        indexes = [models.Index(name="check_lines_of_an_area", fields=["area", "finding"])]

    def __str__(self) -> str:
        return f"line {self.number}"
