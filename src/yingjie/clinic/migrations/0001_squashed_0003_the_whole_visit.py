import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.clock
import yingjie.foundation.crypto.fields
import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [("clinic", "0001_initial"), ("clinic", "0002_taken_back"), ("clinic", "0003_the_whole_visit")]

    initial = True

    dependencies = [
        ("doses", "0003_claims_and_standings"),
        ("people", "0001_initial"),
        ("people", "0006_document_kinds"),
        ("sites", "0001_initial"),
        ("sites", "0002_layout_hours_and_readiness"),
    ]

    operations = [
        migrations.CreateModel(
            name="SiteDay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("last_number", models.PositiveIntegerField(default=0)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "on"), name="site_counts_each_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("state", models.CharField(max_length=16)),
                ("registered_at", models.DateTimeField(null=True)),
                ("registered_by", models.CharField(blank=True, max_length=80)),
                ("checks", models.JSONField(default=dict)),
                ("dose_id", models.UUIDField(null=True)),
                ("vaccinated_at", models.DateTimeField(null=True)),
                ("vaccinated_by", models.CharField(blank=True, max_length=80)),
                ("observe_until", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("left_by", models.CharField(blank=True, max_length=80)),
                ("left_early_reason", models.CharField(blank=True, max_length=200)),
                ("turned_away_at", models.DateTimeField(null=True)),
                ("turned_away_by", models.CharField(blank=True, max_length=80)),
                ("turned_away_reason", models.CharField(blank=True, max_length=20)),
                ("turned_away_note", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="people.person"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("batch", models.PositiveSmallIntegerField(null=True)),
                ("body_side", models.CharField(blank=True, max_length=8)),
                ("called_at", models.DateTimeField(null=True)),
                ("called_to", models.CharField(blank=True, max_length=40)),
                ("deferred_until", models.DateField(null=True)),
                ("document", models.CharField(blank=True, max_length=10)),
                ("health_status", models.CharField(blank=True, max_length=10)),
                ("product_code", models.CharField(blank=True, max_length=40)),
                ("received_from", models.UUIDField(null=True)),
                ("state_since", models.DateTimeField(default=yingjie.foundation.clock.now)),
                ("temperature", models.DecimalField(decimal_places=1, max_digits=3, null=True)),
                ("ticket_id", models.UUIDField(null=True)),
                ("trail", models.JSONField(default=list)),
                ("verified_at", models.DateTimeField(null=True)),
                ("verified_by", models.CharField(blank=True, max_length=80)),
                ("vial_code", models.CharField(blank=True, max_length=64)),
                ("zone", models.CharField(blank=True, max_length=8)),
            ],
            options={
                "indexes": [models.Index(fields=["site", "on", "state"], name="visits_of_a_site_and_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("turned_away", "deferred", "contraindicated")), _negated=True
                            ),
                            ("taken_back_at__isnull", True),
                        ),
                        fields=("person", "on"),
                        name="one_visit_per_person_and_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "ticketed",
                                    "checked_in",
                                    "registered",
                                    "consented",
                                    "with_doctor",
                                    "screened",
                                    "verified",
                                    "observed",
                                    "reacting",
                                    "left",
                                    "to_hospital",
                                    "deferred",
                                    "contraindicated",
                                    "turned_away",
                                ),
                            )
                        ),
                        name="visit_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "turned_away"), _negated=True),
                            (
                                "turned_away_reason__in",
                                (
                                    "fever",
                                    "acute_illness",
                                    "contraindication",
                                    "declined",
                                    "documents",
                                    "other",
                                    "health_status",
                                    "withdrawn",
                                    "went_home",
                                    "wrong_person",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="turned_away_visit_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("observed", "reacting", "left", "to_hospital")), _negated=True
                            ),
                            models.Q(
                                ("dose_id__isnull", False),
                                ("vaccinated_at__isnull", False),
                                ("observe_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vaccinated_visit_names_its_dose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), _negated=True),
                            models.Q(
                                models.Q(("vial_code", ""), _negated=True),
                                models.Q(("verified_by", ""), _negated=True),
                                ("verified_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="verified_visit_names_vial_and_vaccinator",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "deferred"), _negated=True),
                            ("deferred_until__isnull", False),
                            _connector="OR",
                        ),
                        name="deferred_visit_says_until_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("health_status__in", ("", "green", "yellow", "red")),
                            ("document__in", ("", "reader", "typed", "ticket", "paper")),
                            ("body_side__in", ("", "left", "right", "none")),
                        ),
                        name="visit_words_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("product_code", models.CharField(max_length=40)),
                ("text", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=8)),
                ("signer", models.CharField(max_length=10)),
                ("guardian_name", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("guardian_relation", models.CharField(blank=True, max_length=20)),
                ("signed_on", models.CharField(max_length=8)),
                ("strokes", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("scan_sha256", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="clinic.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("person", "visit"),
                        name="visit_has_one_live_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signer__in", ("self", "guardian")), ("signed_on__in", ("screen", "paper"))
                        ),
                        name="consent_words_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=40)),
                ("vial_code", models.CharField(max_length=64)),
                ("product_code", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=200)),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=8)),
                ("answer_reason", models.CharField(blank=True, max_length=200)),
                ("answered_by", models.CharField(blank=True, max_length=80)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="clinic.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("person", "visit", "code", "vial_code"),
                        name="one_open_override_per_visit_and_objection",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", ""),
                            models.Q(
                                ("answer__in", ("granted", "refused")),
                                models.Q(("answered_by", ""), _negated=True),
                                models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="override_is_answered_by_another_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("note", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("treatment", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reactions",
                        to="clinic.visit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["visit", "at"], name="reactions_of_a_visit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("faint", "allergic", "breathing", "fever", "local", "other"))
                        ),
                        name="reaction_kind_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("version", models.CharField(max_length=40)),
                ("answers", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("outcome", models.CharField(max_length=16)),
                ("until_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("decision", models.CharField(blank=True, max_length=16)),
                ("decision_reason", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="clinic.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "visit"), name="visit_is_screened_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ("go", "defer", "contraindicated", "doctor")),
                            ("decision__in", ("", "fit", "defer", "contraindicated")),
                        ),
                        name="screening_words_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", ""),
                            models.Q(
                                models.Q(("decided_by", ""), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="doctors_decision_is_signed",
                    ),
                ],
            },
        ),
    ]
