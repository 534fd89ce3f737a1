import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("doses", "0001_initial"),
        ("doses", "0002_standings_leave"),
        ("doses", "0003_claims_and_standings"),
        ("doses", "0004_primary_course"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("people", "0005_rosters_by_the_page"),
        ("vaccines", "0001_initial"),
        ("vaccines", "0002_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "group", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standings",
                        to="people.person",
                    ),
                ),
                ("group", models.CharField(max_length=24)),
                ("doses_counted", models.PositiveSmallIntegerField(default=0)),
                ("next_number", models.PositiveSmallIntegerField(null=True)),
                ("earliest_on", models.DateField(null=True)),
                ("recommended_on", models.DateField(null=True)),
                ("overdue_on", models.DateField(null=True)),
                ("latest_on", models.DateField(null=True)),
                ("completed_on", models.DateField(null=True)),
                ("deferred_until", models.DateField(null=True)),
                ("is_contraindicated", models.BooleanField(default=False)),
                ("products", models.JSONField(default=list)),
                ("because", models.JSONField(default=list)),
                ("look_again_on", models.DateField(null=True)),
                ("primary_number", models.PositiveSmallIntegerField(null=True)),
                ("primary_on", models.DateField(null=True)),
                ("revision", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["group", "next_number", "earliest_on"], name="standings_by_next_dose"
                    ),
                    models.Index(fields=["look_again_on"], name="standings_to_look_at_again"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingsMade",
            fields=[
                ("group", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("rules", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Dose",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("counts_as", models.PositiveSmallIntegerField(null=True)),
                ("given_on", models.DateField()),
                ("given_at", models.DateTimeField(null=True)),
                ("source", models.CharField(max_length=12)),
                ("site_id", models.UUIDField(null=True)),
                ("lot_number", models.CharField(blank=True, max_length=32)),
                ("expires_on", models.DateField(null=True)),
                ("vial_code", models.CharField(blank=True, max_length=40)),
                ("given_by", models.CharField(blank=True, max_length=80)),
                ("recorded_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_reason", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="doses", to="people.person"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vaccines.product"
                    ),
                ),
                ("group", models.CharField(default="COVID-19", max_length=24)),
                ("given_in", models.CharField(blank=True, max_length=120)),
                (
                    "supersedes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="doses.dose",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["given_on"], name="doses_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("site", "elsewhere"))),
                        name="dose_source_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "site"), _negated=True),
                            models.Q(
                                ("site_id__isnull", False),
                                ("given_at__isnull", False),
                                models.Q(("lot_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dose_given_here_names_its_vial_and_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at__isnull", True)),
                        fields=("person", "group", "number"),
                        name="one_dose_per_person_and_number",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", False)),
                        fields=("person", "supersedes"),
                        name="a_record_is_superseded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supersedes__isnull", True),
                            models.Q(("supersedes", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="dose_does_not_supersede_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoseClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("group", models.CharField(max_length=24)),
                ("number", models.PositiveSmallIntegerField()),
                ("given_on", models.DateField()),
                ("given_in", models.CharField(max_length=120)),
                ("lot_number", models.CharField(blank=True, max_length=32)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(default="claimed", max_length=12)),
                ("claimed_at", models.DateTimeField()),
                ("claimed_by", models.CharField(max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("verified_by", models.CharField(blank=True, max_length=12)),
                ("refused_because", models.CharField(blank=True, max_length=200)),
                ("opened_again_because", models.CharField(blank=True, max_length=200)),
                (
                    "dose",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="doses.dose",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dose_claims",
                        to="people.person",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vaccines.product"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "claimed_at"], name="claims_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("person", "group", "given_on"),
                        name="one_open_claim_per_person_and_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("claimed", "accepted", "refused"))),
                        name="claim_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dose__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("dose__isnull", True)),
                            _connector="OR",
                        ),
                        name="claim_has_a_dose_exactly_when_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("refused_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_claim_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=24)),
                ("sha256", models.CharField(max_length=64)),
                ("handed_in_sha256", models.CharField(db_index=True, max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("file_name", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=80)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="doses.doseclaim",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "claim", "handed_in_sha256"), name="claim_has_each_proof_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("image/jpeg", "application/pdf"))),
                        name="proof_kind_is_known",
                    ),
                ],
            },
        ),
    ]
