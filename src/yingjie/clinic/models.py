"""Visits, the consent and the screening within them, overrides, and what happened under observation."""

from django.db import models
from django.db.models import Q

from yingjie.clinic.workflow import BODY_SIDES, HEALTH_STATUSES, VISIT
from yingjie.foundation import clock
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.sites.models import Site

STATES = VISIT.states
#: Visits that ended without a dose: they do not stand in the way of another visit on the same day.
ENDED_WITHOUT = ("turned_away", "deferred", "contraindicated")
WITH_DOSE = ("observed", "reacting", "left", "to_hospital")
TURNED_AWAY_REASONS = (
    "fever", "acute_illness", "contraindication", "declined", "documents", "other", "health_status", "withdrawn", "went_home",
    "wrong_person",
)  # fmt: skip
DOCUMENTS = ("reader", "typed", "ticket", "paper")
SIGNERS = ("self", "guardian")
SIGNED_ON = ("screen", "paper")
OUTCOMES = ("go", "defer", "contraindicated", "doctor")
DECISIONS = ("", "fit", "defer", "contraindicated")
REACTIONS = ("faint", "allergic", "breathing", "fever", "local", "other")


class SiteDay(models.Model):
    """A site's day: the last number that was called out to somebody who registered."""

    placement = Placement.PLACE
    scope = Scope(permission="clinic.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    last_number = models.PositiveIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="site_counts_each_day_once", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on}: {self.last_number}"


class Visit(models.Model):
    """One person's way through one site on one day; workflow.py is its table of states, `state_since` the moment of the last step.
    `trail` is every step that was taken: {step, at, by, title} in order, only ever added to. `observed` means vaccinated and under
    observation. `product_code` is what the consent is for; `vial_code`, `verified_at`, `verified_by` (a user name) are the last
    verification. `taken_back_at`: the record of its dose was wrong; whoever sits there stays under observation, and the person can
    be registered again. `received_from`: the visit under whose name this dose was recorded first."""

    placement = Placement.PERSON
    scope = Scope(permission="clinic.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    number = models.PositiveIntegerField()
    zone = models.CharField(max_length=8, blank=True)
    batch = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=16)
    state_since = models.DateTimeField(default=clock.now)
    trail = models.JSONField(default=list)
    ticket_id = models.UUIDField(null=True)
    temperature = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    health_status = models.CharField(max_length=10, blank=True)
    document = models.CharField(max_length=10, blank=True)
    called_at = models.DateTimeField(null=True)
    called_to = models.CharField(max_length=40, blank=True)
    registered_at = models.DateTimeField(null=True)
    registered_by = models.CharField(max_length=80, blank=True)
    product_code = models.CharField(max_length=40, blank=True)
    checks = models.JSONField(default=dict)
    vial_code = models.CharField(max_length=64, blank=True)
    body_side = models.CharField(max_length=8, blank=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=80, blank=True)
    dose_id = models.UUIDField(null=True)
    vaccinated_at = models.DateTimeField(null=True)
    vaccinated_by = models.CharField(max_length=80, blank=True)
    observe_until = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_by = models.CharField(max_length=80, blank=True)
    left_early_reason = models.CharField(max_length=200, blank=True)
    turned_away_at = models.DateTimeField(null=True)
    turned_away_by = models.CharField(max_length=80, blank=True)
    turned_away_reason = models.CharField(max_length=20, blank=True)
    turned_away_note = models.CharField(max_length=200, blank=True)
    deferred_until = models.DateField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    received_from = models.UUIDField(null=True)
    #: Of the vial that was just used, as `vaccinate` found it; not kept.
    doses_left_in_vial = 0

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_visit_per_person_and_day",
                fields=["person", "on"],
                condition=~Q(state__in=ENDED_WITHOUT) & Q(taken_back_at__isnull=True),
            ),
            models.CheckConstraint(name="visit_state_is_a_known_word", condition=Q(state__in=STATES)),
            models.CheckConstraint(
                name="turned_away_visit_says_why",
                condition=~Q(state="turned_away") | Q(turned_away_reason__in=TURNED_AWAY_REASONS),
            ),
            models.CheckConstraint(
                name="vaccinated_visit_names_its_dose",
                condition=~Q(state__in=WITH_DOSE)
                | (
                    Q(dose_id__isnull=False) & Q(vaccinated_at__isnull=False) & Q(observe_until__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="verified_visit_names_vial_and_vaccinator",
                condition=~Q(state="verified")
                | (~Q(vial_code="") & ~Q(verified_by="") & Q(verified_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="deferred_visit_says_until_when",
                condition=~Q(state="deferred") | Q(deferred_until__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_words_are_known",
                condition=Q(health_status__in=("", *HEALTH_STATUSES))
                & Q(document__in=("", *DOCUMENTS))
                & Q(body_side__in=("", *BODY_SIDES)),
            ),
        ]
        indexes = [models.Index(name="visits_of_a_site_and_day", fields=["site", "on", "state"])]

    def __str__(self) -> str:
        return f"{self.on} {self.state}"


class Consent(models.Model):
    """What somebody agreed to before a dose: the text's version and language, who signed how, before whom. `strokes`: a signature
    on the screen, as a small vector; `scan_sha256`: signed paper, a file of foundation.files. Withdrawn, never deleted."""

    placement = Placement.PERSON
    scope = Scope(permission="clinic.view", area="visit__site__area__code", site="visit__site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="consents")
    product_code = models.CharField(max_length=40)
    text = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    signer = models.CharField(max_length=10)
    guardian_name = EncryptedTextField(blank=True)
    guardian_relation = models.CharField(max_length=20, blank=True)
    signed_on = models.CharField(max_length=8)
    strokes = EncryptedTextField(blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="visit_has_one_live_consent",
                fields=["person", "visit"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_words_are_known", condition=Q(signer__in=SIGNERS) & Q(signed_on__in=SIGNED_ON)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_code} {self.text}"


class Screening(models.Model):
    """The questions that were asked before a dose, their answers (encrypted), what they come to, and the doctor's decision with its
    reason where there was one. `version` names the questionnaire."""

    placement = Placement.PERSON
    scope = Scope(permission="clinic.screen", area="visit__site__area__code", site="visit__site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="screenings")
    version = models.CharField(max_length=40)
    answers = EncryptedTextField()
    outcome = models.CharField(max_length=16)
    until_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    decision = models.CharField(max_length=16, blank=True)
    decision_reason = EncryptedTextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="visit_is_screened_once", fields=["person", "visit"]),
            models.CheckConstraint(
                name="screening_words_are_known",
                condition=Q(outcome__in=OUTCOMES) & Q(decision__in=DECISIONS),
            ),
            models.CheckConstraint(
                name="doctors_decision_is_signed",
                condition=Q(decision="") | (~Q(decided_by="") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class Override(models.Model):
    """Asked for by whoever meets an objection at the gate; granted or refused by another person under their own name. It holds for
    this visit and this vial only."""

    placement = Placement.PERSON
    scope = Scope(permission="clinic.override", area="visit__site__area__code", site="visit__site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="overrides")
    code = models.CharField(max_length=40)
    vial_code = models.CharField(max_length=64)
    product_code = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, blank=True)
    answer_reason = models.CharField(max_length=200, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_override_per_visit_and_objection",
                fields=["person", "visit", "code", "vial_code"],
                condition=Q(answer=""),
            ),
            models.CheckConstraint(
                name="override_is_answered_by_another_person",
                condition=Q(answer="")
                | (
                    Q(answer__in=("granted", "refused"))
                    & ~Q(answered_by="")
                    & ~Q(answered_by=models.F("asked_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.answer}"


class Reaction(models.Model):
    """Something that happened under observation. `note` is health data. `ended_at`: recovered, or taken to hospital."""

    placement = Placement.PERSON
    scope = Scope(permission="clinic.observe", area="visit__site__area__code", site="visit__site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="reactions")
    kind = models.CharField(max_length=12)
    note = EncryptedTextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    treatment = EncryptedTextField(blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="reaction_kind_is_a_known_word", condition=Q(kind__in=REACTIONS))
        ]
        indexes = [models.Index(name="reactions_of_a_visit", fields=["visit", "at"])]

    def __str__(self) -> str:
        return self.kind
