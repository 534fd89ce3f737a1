import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("oversight", "0001_initial"),
        ("oversight", "0002_reported_figures"),
        ("oversight", "0003_cards_and_their_steps"),
        ("oversight", "0004_maps_and_scores"),
        ("oversight", "0005_day_plans_and_saved_queries"),
        ("oversight", "0006_meetings_about_cards"),
        ("oversight", "0007_facts_that_were_written_over"),
    ]

    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("areas", "0002_units_and_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("cut_off_at", models.DateTimeField()),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.CharField(max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "on"), name="one_bulletin_per_area_and_day"),
                    models.UniqueConstraint(
                        fields=("area", "year", "number"),
                        name="bulletin_numbers_count_up_in_an_area_and_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="bulletin_number_counts_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year", models.F("on__year"))),
                        name="bulletin_year_is_that_of_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("issued_at__gte", models.F("cut_off_at"))),
                        name="bulletin_is_issued_after_its_cut_off",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportedFigures",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("figures", models.JSONField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "on"), name="one_hand_count_per_area_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("title_zh", models.CharField(max_length=80)),
                ("title_en", models.CharField(max_length=120)),
                ("because_zh", models.TextField()),
                ("because_en", models.TextField()),
                ("rests_on", models.JSONField(default=list)),
                ("on", models.DateField()),
                ("reply_days", models.PositiveSmallIntegerField()),
                ("reply_due_on", models.DateField(null=True)),
                ("state", models.CharField(max_length=12)),
                ("made_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("owner", models.CharField(blank=True, db_default="", default="", max_length=80)),
            ],
            options={
                "indexes": [models.Index(fields=["area", "state"], name="live_cards_of_an_area")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("proposed", "open", "replied")),
                            models.Q(("rule", ""), _negated=True),
                        ),
                        fields=("area", "rule"),
                        name="rule_raises_one_live_card_for_an_area",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("yellow", "red", "interview", "order"))),
                        name="card_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposed", "open", "replied", "lifted", "dismissed"))
                        ),
                        name="card_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposed", "dismissed")),
                            ("reply_due_on__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_card_has_a_day_for_its_reply",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("step", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("text", models.TextField(blank=True)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="oversight.card"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MapLayer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("file_name", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("positions", models.PositiveIntegerField()),
                ("positions_kept", models.PositiveIntegerField()),
                ("rings_turned", models.PositiveIntegerField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area",), name="one_map_layer_below_an_area")
                ],
            },
        ),
        migrations.CreateModel(
            name="Boundary",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("shape", models.JSONField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="boundaries",
                        to="oversight.maplayer",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("area",), name="an_area_has_one_boundary")],
            },
        ),
        migrations.CreateModel(
            name="ScoreSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("rules", models.JSONField()),
                ("rows", models.JSONField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
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
                        fields=("area", "from_on", "until_on"), name="a_period_is_scored_once_in_an_area"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="a_scored_period_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commendation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("words", models.CharField(max_length=400)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=80)),
                ("withdrawn_because", models.CharField(blank=True, max_length=400)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commendations",
                        to="oversight.scoresheet",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("sheet", "area"),
                        name="a_sheet_commends_an_area_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_withdrawn_commendation_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("frozen_at", models.DateTimeField()),
                ("frozen_by", models.CharField(max_length=80)),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "on"), name="one_plan_per_area_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanNote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(max_length=40)),
                ("cause", models.CharField(max_length=8)),
                ("doses", models.PositiveIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="oversight.dayplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ("weather", "system", "other")), ("doses__gte", 1)),
                        name="stated_cause_is_a_known_word",
                    ),
                    models.UniqueConstraint(
                        fields=("plan", "key", "cause"), name="a_cause_is_stated_once_of_a_plans_row"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedQuery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("username", models.CharField(max_length=150)),
                ("title", models.CharField(max_length=60)),
                ("asked", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("username", "title"), name="one_saved_query_per_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(default="planned", max_length=12)),
                ("at", models.DateTimeField()),
                ("place", models.CharField(max_length=80)),
                ("invited", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                ("attended", models.CharField(blank=True, max_length=300)),
                ("record", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=80)),
                ("called_off_because", models.CharField(blank=True, max_length=300)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="oversight.card",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "planned")),
                        fields=("card",),
                        name="card_has_one_meeting_ahead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("planned", "held", "called_off"))),
                        name="meeting_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            models.Q(
                                models.Q(("attended", ""), _negated=True),
                                models.Q(("record", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="held_meeting_says_who_came_and_what_was_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "called_off"), _negated=True),
                            models.Q(("called_off_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="meeting_called_off_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "planned"), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="closed_meeting_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerFacts",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("person_id", models.UUIDField()),
                ("until_at", models.DateTimeField()),
                ("facts", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(fields=["until_at"], name="former_facts_by_their_end")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_id", "until_at"), name="facts_of_a_person_end_once_at_a_moment"
                    )
                ],
            },
        ),
    ]
