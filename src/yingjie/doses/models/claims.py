"""Doses that somebody says were given elsewhere, and what proves it."""

from django.db import models
from django.db.models import Q

from yingjie.doses.models.given import Dose
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.vaccines.models import Product

CLAIM_STATES = ("claimed", "accepted", "refused")
PROOF_KINDS = ("image/jpeg", "application/pdf")
#: How a claim was verified: by its proof, by asking the national platform, by asking the site that gave the dose.
VERIFIED_BY = ("proof", "platform", "site")


class DoseClaim(models.Model):
    """A dose given elsewhere, as told: it counts only once somebody with the right to decide has accepted it. `dose` is the record
    made then; a claim opened again has none. `opened_again_because` is the reason of the last time."""

    placement = Placement.PERSON
    scope = Scope(permission="doses.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dose_claims")
    group = models.CharField(max_length=24)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    given_on = models.DateField()
    given_in = models.CharField(max_length=120)
    lot_number = models.CharField(max_length=32, blank=True)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, default="claimed")
    claimed_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    verified_by = models.CharField(max_length=12, blank=True)
    refused_because = models.CharField(max_length=200, blank=True)
    opened_again_because = models.CharField(max_length=200, blank=True)
    dose = models.ForeignKey(Dose, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_claim_per_person_and_day",
                fields=["person", "group", "given_on"],
                condition=~Q(state="refused"),
            ),
            models.CheckConstraint(name="claim_state_is_a_known_word", condition=Q(state__in=CLAIM_STATES)),
            models.CheckConstraint(
                name="claim_has_a_dose_exactly_when_accepted",
                condition=Q(state="accepted", dose__isnull=False)
                | (~Q(state="accepted") & Q(dose__isnull=True)),
            ),
            models.CheckConstraint(
                name="refused_claim_says_why", condition=~Q(state="refused") | ~Q(refused_because="")
            ),
        ]
        indexes = [models.Index(name="claims_by_state", fields=["state", "claimed_at"])]

    def __str__(self) -> str:
        return f"{self.state}: dose {self.number} on {self.given_on}"


class Proof(models.Model):
    """A photo or PDF behind a claim. `sha256` names the kept content, in which photos were written anew without what a camera
    hides in them; `handed_in_sha256` is that of the file as it came, by which the same file is known again."""

    placement = Placement.PERSON
    scope = Scope(permission="doses.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(DoseClaim, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=64)
    handed_in_sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claim_has_each_proof_once", fields=["person", "claim", "handed_in_sha256"]
            ),
            models.CheckConstraint(name="proof_kind_is_known", condition=Q(kind__in=PROOF_KINDS)),
        ]

    def __str__(self) -> str:
        return self.file_name
