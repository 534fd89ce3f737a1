import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.crypto.fields
import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("outreach", "0001_initial"),
        ("outreach", "0002_ledgers_plans_and_lists"),
        ("outreach", "0003_officers_rounds_and_contacts"),
        ("outreach", "0004_complaints_and_watches"),
    ]

    initial = True

    dependencies = [
        ("areas", "0002_units_and_lines"),
        ("people", "0001_initial"),
        ("people", "0003_residents"),
        ("people", "0009_stays_of_joined_records"),
        ("staff", "0001_staff_and_certificates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("outcome", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="people.person",
                    ),
                ),
                ("asked", models.BooleanField(db_default=False, default=False)),
                ("by_evening", models.BooleanField(db_default=False, default=False)),
                ("evening", models.BooleanField(db_default=False, default=False)),
                ("next_on", models.DateField(null=True)),
                ("rung", models.CharField(blank=True, db_default="", default="", max_length=10)),
                ("stop", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["person", "-at"], name="attempts_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                (
                                    "",
                                    "away_for_work",
                                    "chronic_illness",
                                    "afraid",
                                    "sees_no_need",
                                    "refuses",
                                    "cannot_be_reached",
                                    "family_objects",
                                    "contraindication",
                                ),
                            )
                        ),
                        name="attempt_reason_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="attempt_declined_names_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ("agreed", "thinking", "refused", "away", "medical", "not_met", "cleared"),
                            )
                        ),
                        name="attempt_outcome_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ("agreed", "cleared")), _negated=True),
                            ("reason", ""),
                            _connector="OR",
                        ),
                        name="attempt_agreed_names_no_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rung__in", ("", "officer", "village", "township", "doctor"))),
                        name="attempt_rung_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarePlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("goal", models.PositiveSmallIntegerField()),
                ("state", models.CharField(default="open", max_length=12)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("obstacles", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("measures", models.JSONField(default=list)),
                ("owner", models.CharField(max_length=80)),
                ("next_step", models.CharField(blank=True, max_length=120)),
                ("next_on", models.DateField(null=True)),
                ("opened_on", models.DateField()),
                ("opened_by", models.CharField(max_length=80)),
                ("closed_on", models.DateField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="care_plans",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=["next_on"],
                        name="care_plans_by_next_step",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("person",),
                        name="person_has_one_open_care_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "in_progress", "closed"))),
                        name="care_plan_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                (
                                    "",
                                    "away_for_work",
                                    "chronic_illness",
                                    "afraid",
                                    "sees_no_need",
                                    "refuses",
                                    "cannot_be_reached",
                                    "family_objects",
                                    "contraindication",
                                ),
                            )
                        ),
                        name="care_plan_reason_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_on__isnull", False),
                                (
                                    "outcome__in",
                                    (
                                        "vaccinated",
                                        "declined",
                                        "contraindicated",
                                        "deferred",
                                        "moved_away",
                                        "died",
                                        "other",
                                    ),
                                ),
                                ("state", "closed"),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_on__isnull", True),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="closed_care_plan_has_day_and_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarePlanNote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("step", models.CharField(max_length=12)),
                ("text", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="outreach.careplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=120)),
                ("sender", models.CharField(blank=True, max_length=80)),
                ("due_at", models.DateTimeField()),
                ("file_name", models.CharField(max_length=200)),
                ("file_sha256", models.CharField(max_length=64)),
                ("sheet", models.CharField(max_length=40)),
                ("heading", models.JSONField(default=list)),
                ("columns", models.JSONField()),
                ("fields", models.JSONField()),
                ("state", models.CharField(default="open", max_length=12)),
                ("by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("reported_at", models.DateTimeField(null=True)),
                ("reported_by", models.CharField(blank=True, max_length=80)),
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
                        condition=models.Q(("state__in", ("open", "reported"))),
                        name="check_list_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reported"), _negated=True),
                            ("reported_at__isnull", False),
                            _connector="OR",
                        ),
                        name="reported_check_list_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(default="data", max_length=8)),
                ("cells", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("name", models.CharField(blank=True, max_length=64)),
                ("person_id", models.UUIDField(null=True)),
                ("matched", models.CharField(blank=True, max_length=12)),
                ("officer", models.CharField(blank=True, max_length=80)),
                ("finding", models.CharField(blank=True, max_length=20)),
                ("note", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("found_at", models.DateTimeField(null=True)),
                ("found_by", models.CharField(blank=True, max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "check_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="outreach.checklist",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "finding"], name="check_lines_of_an_area")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("check_list", "number"), name="check_list_has_each_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "finding__in",
                                (
                                    "",
                                    "in_area",
                                    "close_contact",
                                    "secondary_contact",
                                    "not_here",
                                    "moved_away",
                                    "cannot_reach",
                                    "wrong_data",
                                    "died",
                                ),
                            )
                        ),
                        name="check_finding_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finding", ""),
                            models.Q(("found_at__isnull", False), models.Q(("found_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="check_finding_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "matched__in",
                                ("number", "phone", "name_birth", "name_address", "name", "village", ""),
                            )
                        ),
                        name="check_match_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("data", "total", "note", "header"))),
                        name="check_line_kind_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("owner", models.CharField(max_length=80)),
                ("of_list", models.CharField(max_length=24)),
                ("title", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=500)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "of_list", "title"), name="user_has_each_saved_view_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnvaccinatedIssue",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("goal", models.PositiveSmallIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("rows", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
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
                    models.UniqueConstraint(
                        fields=("area", "on"), name="one_unvaccinated_list_per_village_and_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goal__gte", 1)), name="unvaccinated_goal_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allotment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(default="proposed", max_length=12)),
                ("people", models.PositiveIntegerField()),
                ("kept", models.PositiveIntegerField()),
                ("rows", models.JSONField()),
                ("loads", models.JSONField()),
                ("short", models.PositiveIntegerField(default=0)),
                ("short_officers", models.PositiveIntegerField(default=0)),
                ("without", models.PositiveIntegerField(default=0)),
                ("below_least", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("applied", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
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
                        condition=models.Q(("state__in", ("proposed", "applied", "dropped"))),
                        name="allotment_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "proposed"), ("decided_at__isnull", False), _connector="OR"
                        ),
                        name="decided_allotment_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("why", models.CharField(max_length=16)),
                ("ended", models.CharField(blank=True, max_length=12)),
                ("by", models.CharField(max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="charges",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("person",),
                        name="person_has_one_live_officer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__in",
                                (
                                    "pinned",
                                    "kept",
                                    "same_unit",
                                    "same_grid",
                                    "same_village",
                                    "same_township",
                                    "household",
                                    "leader",
                                    "handed_over",
                                ),
                            )
                        ),
                        name="charge_why_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended", ""), ("until_on__isnull", True)),
                            models.Q(
                                ("until_on__gte", models.F("from_on")),
                                ("ended__in", ("reallotted", "handed_over", "closed", "gone")),
                            ),
                            _connector="OR",
                        ),
                        name="charge_ends_after_beginning_for_a_known_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("leader", models.CharField(blank=True, max_length=40)),
                ("leader_phone", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("contact", models.CharField(blank=True, max_length=40)),
                ("contact_phone", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("reported_by", models.CharField(blank=True, max_length=80)),
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
                        condition=models.Q(
                            ("reported_at__isnull", True),
                            models.Q(("leader", ""), ("contact", ""), _connector="OR", _negated=True),
                            _connector="OR",
                        ),
                        name="a_reported_contact_has_names",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactCall",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=80)),
                ("due_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoctorsWord",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("review_on", models.DateField()),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("asked_on", models.DateField()),
                ("asked_by", models.CharField(max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("doctor", models.CharField(blank=True, max_length=80)),
                ("note", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="doctors_words",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["review_on"],
                        name="doctors_words_by_day",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("person",),
                        name="person_waits_for_one_doctors_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "cleared", "contraindicated", "overtaken"))
                        ),
                        name="doctors_word_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "waiting"),
                            models.Q(("decided_at__isnull", False), models.Q(("doctor", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_doctors_word_has_moment_and_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("because", models.CharField(max_length=12)),
                ("note", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("state", models.CharField(default="asked", max_length=12)),
                ("asked_on", models.DateField()),
                ("asked_by", models.CharField(max_length=80)),
                ("arranged_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="home_requests",
                        to="people.person",
                    ),
                ),
                ("session_id", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("done", "withdrawn")), _negated=True),
                        fields=("person",),
                        name="person_has_one_open_home_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("asked", "arranged", "done", "withdrawn"))),
                        name="home_request_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("because__in", ("bedridden", "housebound", "carer_alone", "other"))
                        ),
                        name="home_request_for_a_known_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("done", "withdrawn")), _negated=True),
                            ("closed_on__isnull", False),
                            _connector="OR",
                        ),
                        name="closed_home_request_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "arranged"), _negated=True),
                            ("arranged_on__isnull", False),
                            _connector="OR",
                        ),
                        name="arranged_home_request_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Officer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(default="officer", max_length=8)),
                ("post", models.CharField(blank=True, max_length=40)),
                ("least", models.PositiveSmallIntegerField(default=0)),
                ("most", models.PositiveSmallIntegerField(default=7)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("ended_because", models.CharField(blank=True, max_length=12)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.officer",
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
                ("to_win", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("member", "area", "kind"),
                        name="somebody_answers_once_for_an_area",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("leader", "officer", "team"))),
                        name="officer_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("least__lte", models.F("most"))),
                        name="officer_least_is_at_most_the_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_because", ""), ("until_on__isnull", True)),
                            models.Q(
                                ("until_on__gte", models.F("from_on")),
                                ("ended_because__in", ("left", "ill", "transferred", "other")),
                            ),
                            _connector="OR",
                        ),
                        name="officer_ends_after_beginning_for_a_known_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts",
                to="outreach.contactcall",
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="outreach.officer"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("call", "area"),
                name="a_village_is_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("call", "unit"),
                name="a_unit_is_asked_once",
            ),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("until_on__isnull", True)),
                fields=["officer"],
                name="live_charges_of_an_officer",
            ),
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("monitor", models.CharField(blank=True, max_length=80)),
                ("account", models.CharField(blank=True, max_length=64)),
                ("every_days", models.PositiveSmallIntegerField()),
                ("began_on", models.DateField()),
                ("next_on", models.DateField()),
                ("state", models.CharField(default="watching", max_length=12)),
                ("ended_on", models.DateField(null=True)),
                ("ended", models.CharField(blank=True, max_length=16)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=["next_on"],
                        name="watches_by_day",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("person",),
                        name="person_is_watched_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("watching", "stable", "closed"))),
                        name="watch_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every_days__gte", 1), ("every_days__lte", 90)),
                        name="watch_interval_is_one_to_ninety_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended", ""),
                                ("ended_on__isnull", True),
                                models.Q(("state", "closed"), _negated=True),
                            ),
                            models.Q(
                                ("ended__in", ("cleared", "over", "vaccinated", "contraindicated", "gone")),
                                ("ended_on__isnull", False),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="closed_watch_says_when_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("result", models.CharField(max_length=12)),
                ("note", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watch_checks",
                        to="people.person",
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="outreach.watch",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ("stable", "unchanged", "worse", "not_met"))),
                        name="watch_result_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("about", models.CharField(max_length=12)),
                ("how", models.CharField(max_length=12)),
                ("text", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("made_at", models.DateTimeField()),
                ("taken_by", models.CharField(max_length=80)),
                ("owner", models.CharField(max_length=80)),
                ("due_on", models.DateField()),
                ("state", models.CharField(default="open", max_length=12)),
                ("finding", models.CharField(blank=True, max_length=12)),
                ("reply", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("rests", models.BooleanField(db_default=False, default=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                (
                    "against",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.officer",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="complaints",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "state"], name="complaints_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "decided"))),
                        name="complaint_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about__in", ("pressed", "rude", "withheld", "privacy", "wrong_time", "other"))
                        ),
                        name="complaint_about_a_known_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ("telephone", "in_person", "letter", "online"))),
                        name="complaint_came_in_a_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), ("state", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("finding__in", ("upheld", "partly", "not_upheld", "withdrawn")),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="decided_complaint_has_finding_moment_and_name",
                    ),
                ],
            },
        ),
    ]
