import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0002_units_and_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("share", models.DecimalField(decimal_places=4, max_digits=5)),
                ("counted_on", models.DateField(null=True)),
                ("issued_at", models.DateTimeField(null=True)),
                ("issued_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 2)),
                        name="milestone_share_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_at__isnull", True), ("counted_on__isnull", False), _connector="OR"
                        ),
                        name="issued_milestone_has_targets",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=80)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "title"), name="campaign_title_is_unique_in_its_area"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="campaign_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineTarget",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("line", models.CharField(max_length=24)),
                ("people", models.PositiveIntegerField()),
                ("target", models.PositiveIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="line_targets",
                        to="campaigns.milestone",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("milestone", "area", "line"),
                        name="line_has_one_target_in_an_area_at_a_milestone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineByHand",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("line", models.CharField(max_length=24)),
                ("target", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("set_by", models.CharField(max_length=80)),
                ("set_at", models.DateTimeField()),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines_by_hand",
                        to="campaigns.milestone",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("milestone", "line"), name="line_is_set_by_hand_once_at_a_milestone"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=80)),
                ("dose", models.PositiveSmallIntegerField()),
                ("age_from", models.PositiveSmallIntegerField(default=0)),
                ("age_until", models.PositiveSmallIntegerField(null=True)),
                ("category", models.CharField(blank=True, max_length=32)),
                ("present_only", models.BooleanField(default=False)),
                ("key", models.CharField(default="ledger", max_length=8)),
                ("from_on", models.DateField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phases",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "title"), name="phase_title_is_unique_in_its_campaign"
                    ),
                    models.CheckConstraint(condition=models.Q(("dose__gte", 1)), name="phase_is_of_a_dose"),
                    models.CheckConstraint(
                        condition=models.Q(("key__in", ("ledger", "stated"))),
                        name="phase_key_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("age_until__isnull", True),
                            ("age_until__gte", models.F("age_from")),
                            _connector="OR",
                        ),
                        name="phase_ages_are_in_order",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="milestone",
            name="phase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="campaigns.phase"
            ),
        ),
        migrations.CreateModel(
            name="KeyFigure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("people", models.PositiveIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="key_figures",
                        to="campaigns.phase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("phase", "area"), name="area_has_one_key_figure_in_a_phase"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("people", models.PositiveIntegerField()),
                ("target", models.PositiveIntegerField()),
                ("itself", models.PositiveIntegerField()),
                ("by_people", models.PositiveIntegerField()),
                ("by_hand", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("set_by", models.CharField(blank=True, max_length=80)),
                ("set_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="campaigns.milestone",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("milestone", "area"), name="area_has_one_target_at_a_milestone"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by_hand__isnull", True),
                            models.Q(
                                ("by_hand", models.F("target")),
                                models.Q(("reason", ""), _negated=True),
                                ("set_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="target_by_hand_is_the_target_and_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(fields=("phase", "on"), name="phase_has_one_milestone_a_day"),
        ),
    ]
