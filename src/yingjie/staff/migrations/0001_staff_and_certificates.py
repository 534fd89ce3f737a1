import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.crypto.fields
import yingjie.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0002_units_and_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=40)),
                ("pinyin", models.CharField(max_length=200)),
                ("kind", models.CharField(default="employee", max_length=10)),
                ("qualification", models.CharField(default="none", max_length=24)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), default=list, size=None
                    ),
                ),
                ("phone", yingjie.foundation.crypto.fields.EncryptedTextField(default="")),
                ("account", models.CharField(max_length=64, null=True, unique=True)),
                ("joined_on", models.DateField()),
                ("left_on", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("employee", "volunteer"))),
                        name="staff_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="staff_leaves_after_joining",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account", ""), _negated=True), name="staff_account_is_not_empty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=80)),
                ("certificate", models.CharField(blank=True, max_length=24)),
                ("held_on", models.DateField()),
                ("place", models.CharField(blank=True, max_length=80)),
                ("trainer", models.CharField(blank=True, max_length=40)),
                ("pass_score", models.PositiveSmallIntegerField(default=60)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pass_score__lte", 100)), name="training_pass_score_is_a_mark"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=24)),
                ("number", models.CharField(max_length=40)),
                ("issued_by", models.CharField(max_length=80)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=80)),
                ("revoked_reason", models.CharField(blank=True, max_length=200)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="staff.staffmember",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.training",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["valid_until"], name="certificates_by_end")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "number"), name="certificate_number_is_given_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="certificate_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoked_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_revoked_certificate_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("attended", models.BooleanField(default=False)),
                ("score", models.PositiveSmallIntegerField(null=True)),
                ("result", models.CharField(blank=True, max_length=8)),
                ("assessed_by", models.CharField(blank=True, max_length=80)),
                ("assessed_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="staff.staffmember",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="staff.training",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("training", "member"), name="a_training_names_somebody_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ("", "passed", "failed"))),
                        name="training_result_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__isnull", True), ("score__lte", 100), _connector="OR"),
                        name="training_score_is_a_mark",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attended", True),
                            models.Q(("result", ""), ("score__isnull", True)),
                            _connector="OR",
                        ),
                        name="only_who_came_has_a_score",
                    ),
                ],
            },
        ),
    ]
