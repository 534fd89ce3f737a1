import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import yingjie.foundation.clock
import yingjie.foundation.crypto.fields
import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_moved_in"),
        ("people", "0003_residents"),
        ("people", "0004_employment"),
        ("people", "0005_rosters_by_the_page"),
        ("people", "0006_document_kinds"),
        ("people", "0007_roster_sources"),
        ("people", "0008_given_names"),
        ("people", "0009_stays_of_joined_records"),
    ]

    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("areas", "0002_units_and_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentKey",
            fields=[
                ("number_index", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(db_collation="C", max_length=64)),
                ("pinyin", models.CharField(db_collation="C", max_length=160)),
                ("sex", models.CharField(max_length=8)),
                ("birth_on", models.DateField()),
                ("household_id", models.UUIDField(db_index=True, null=True)),
                ("household_role", models.CharField(blank=True, max_length=12)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("registered_on", models.DateField()),
                ("left_on", models.DateField(null=True)),
                ("source", models.CharField(max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("moved_in_on", models.DateField(null=True)),
                ("entered_at", models.DateTimeField(default=yingjie.foundation.clock.now)),
                ("has_stays", models.BooleanField(default=False)),
                ("left_as", models.CharField(blank=True, max_length=12)),
                ("mobility", models.CharField(blank=True, max_length=12)),
                ("origins", models.JSONField(default=dict)),
                ("whereabouts", models.CharField(default="here", max_length=12)),
                ("without_document", models.CharField(blank=True, max_length=12)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["pinyin", "id"], name="people_in_order_of_reading"),
                    models.Index(
                        models.Func(
                            models.F("pinyin"),
                            models.Value(" "),
                            models.Value(2),
                            function="split_part",
                            output_field=models.TextField(),
                        ),
                        name="people_by_initials",
                    ),
                    models.Index(fields=["name"], name="people_by_name"),
                    models.Index(
                        django.db.models.functions.text.Substr("name", 2), name="people_by_second_character"
                    ),
                    models.Index(
                        django.db.models.functions.text.Substr("name", 3), name="people_by_third_character"
                    ),
                    models.Index(
                        condition=models.Q(("name__regex", "^.....")),
                        fields=["name"],
                        name="people_with_long_names",
                    ),
                    models.Index(
                        models.Func(
                            models.F("pinyin"),
                            models.Value(" "),
                            models.Value(3),
                            function="split_part",
                            output_field=models.TextField(),
                        ),
                        name="people_by_given_name",
                    ),
                    models.Index(
                        models.Func(
                            models.F("pinyin"),
                            models.Value(" "),
                            models.Value(4),
                            function="split_part",
                            output_field=models.TextField(),
                        ),
                        name="people_by_given_initials",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ["male", "female", "unknown"])),
                        name="person_sex_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("birth_on__lte", models.F("registered_on"))),
                        name="person_is_born_before_being_registered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("moved_in_on__isnull", True),
                                ("moved_in_on__gte", models.F("birth_on")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("moved_in_on__isnull", True),
                                ("left_on__isnull", True),
                                ("left_on__gte", models.F("moved_in_on")),
                                _connector="OR",
                            ),
                        ),
                        name="person_moves_in_after_birth_and_before_leaving",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mobility__in", ("", "walks", "helped", "housebound", "bedridden"))
                        ),
                        name="person_mobility_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("whereabouts__in", ("here", "nearby", "away", "floating_in", "seasonal"))
                        ),
                        name="person_whereabouts_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("without_document__in", ("", "newborn", "lost", "applied", "refused", "unknown"))
                        ),
                        name="person_without_document_for_a_known_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_as__in", ("", "moved", "died", "mistake")),
                            models.Q(("left_on__isnull", False), ("left_as", ""), _connector="OR"),
                        ),
                        name="person_left_in_a_known_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityDocument",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=32)),
                ("number", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("number_index", models.CharField(max_length=32)),
                ("last_four", models.CharField(db_index=True, max_length=4)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="people.person",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "kind"), name="person_has_one_document_of_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "resident_card",
                                    "hk_macao_permit",
                                    "taiwan_permit",
                                    "hk_macao_taiwan_residence",
                                    "foreign_residence",
                                    "foreign_residence_old",
                                    "chinese_passport",
                                    "foreign_passport",
                                ),
                            )
                        ),
                        name="document_kind_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("number_index", models.CharField(db_index=True, max_length=32)),
                ("masked", models.CharField(max_length=20)),
                ("order", models.PositiveSmallIntegerField(default=1)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phones", to="people.person"
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=12)),
                ("owner_name", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "number_index"), name="person_has_each_phone_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "owner__in",
                                (
                                    "",
                                    "self",
                                    "spouse",
                                    "child",
                                    "parent",
                                    "guardian",
                                    "neighbour",
                                    "employer",
                                    "other",
                                ),
                            )
                        ),
                        name="phone_owner_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("file_sha256", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                ("counts", models.JSONField()),
                ("state", models.CharField(default="proposed", max_length=12)),
                ("by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("committed_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("said_on", models.DateField(null=True)),
                ("source_kind", models.CharField(default="import", max_length=20)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("proposed", "committed", "discarded", "undone"))),
                        name="import_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "source_kind__in",
                                (
                                    "police_register",
                                    "census",
                                    "grid_survey",
                                    "unit_roster",
                                    "pushed_list",
                                    "import",
                                ),
                            )
                        ),
                        name="import_source_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("cells", yingjie.foundation.crypto.fields.EncryptedTextField(null=True)),
                ("proposal", yingjie.foundation.crypto.fields.EncryptedTextField(null=True)),
                ("before", yingjie.foundation.crypto.fields.EncryptedTextField(null=True)),
                ("fate", models.CharField(max_length=10)),
                ("reasons", models.JSONField(default=list)),
                ("person_id", models.UUIDField(null=True)),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="people.rosterimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("roster", "number"), name="roster_has_each_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("fate__in", ("new", "same", "changed", "doubtful", "refused"))),
                        name="roster_row_fate_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("key", models.CharField(max_length=80)),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("known_from", models.CharField(blank=True, max_length=80)),
                ("missing_in", models.CharField(blank=True, max_length=80)),
                ("unit_id", models.UUIDField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("found_at", models.DateTimeField()),
                ("found_by", models.CharField(max_length=80)),
                ("state", models.CharField(default="open", max_length=8)),
                ("finding", models.CharField(blank=True, max_length=20)),
                ("finding_note", models.CharField(blank=True, max_length=200)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "state"], name="gaps_of_an_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("empty_home", "not_met", "one_source", "unit_staff"))
                        ),
                        name="gap_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), ("settled_at__isnull", True), ("state", "open")),
                            models.Q(
                                (
                                    "finding__in",
                                    (
                                        "entered",
                                        "in_ledger",
                                        "elsewhere",
                                        "moved_away",
                                        "died",
                                        "nobody_lives_there",
                                        "mistake",
                                        "not_found",
                                    ),
                                ),
                                ("settled_at__isnull", False),
                                ("state", "settled"),
                            ),
                            _connector="OR",
                        ),
                        name="gap_is_settled_with_a_finding",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("kind", "key"), name="gap_is_open_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guardian",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("guardian_id", models.UUIDField(db_index=True, null=True)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("relation", models.CharField(max_length=12)),
                ("phone", yingjie.foundation.crypto.fields.EncryptedTextField(null=True)),
                ("phone_masked", models.CharField(blank=True, max_length=20)),
                ("order", models.PositiveSmallIntegerField(default=1)),
                ("by", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardians",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("relation__in", ("father", "mother", "grandparent", "sibling", "other"))
                        ),
                        name="guardian_relation_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("guardian_id__isnull", False),
                            models.Q(("name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="guardian_is_of_the_ledger_or_has_a_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("guardian_id__isnull", False)),
                        fields=("person", "guardian_id"),
                        name="person_has_each_guardian_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthCondition",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=32)),
                ("from_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("note", yingjie.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("by", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("person", "code"),
                        name="person_has_a_condition_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on__isnull", True),
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="condition_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("address", models.CharField(blank=True, max_length=120)),
                ("head_id", models.UUIDField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonCategory",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=32)),
                ("from_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("by", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="categories",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["code", "person"], name="people_of_a_category")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("person", "code"),
                        name="person_is_in_a_category_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on__isnull", True),
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="category_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("facts", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="people.person",
                    ),
                ),
                (
                    "to_area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "-at"], name="changes_of_an_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "born",
                                    "arrived",
                                    "moved",
                                    "left",
                                    "died",
                                    "returned",
                                    "corrected",
                                    "whereabouts",
                                    "household",
                                    "details",
                                    "documents",
                                ),
                            )
                        ),
                        name="person_change_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("from_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("birth_on", models.DateField()),
                ("ended_by", models.CharField(blank=True, max_length=12)),
                ("recorded_at", models.DateTimeField()),
                ("retracted_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="people.person"
                    ),
                ),
                ("record_id", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_by__in", ("", "moved", "died", "left", "corrected"))),
                        name="stay_ends_in_a_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on__isnull", True),
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="stay_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retracted_at__isnull", True),
                            ("retracted_at__gte", models.F("recorded_at")),
                            _connector="OR",
                        ),
                        name="stay_is_retracted_after_being_recorded",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("record_id__isnull", False)),
                        fields=["record_id"],
                        name="stays_of_joined_records",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Whereabouts",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("word", models.CharField(max_length=12)),
                ("place", models.CharField(blank=True, max_length=80)),
                ("from_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("by", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                ("retracted_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="whereabouts_rows",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("word__in", ("here", "nearby", "away", "floating_in", "seasonal"))
                        ),
                        name="whereabouts_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on__isnull", True),
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="whereabouts_end_after_they_begin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Employment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("position", models.CharField(blank=True, max_length=40)),
                ("main", models.BooleanField(default=True)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="employments",
                        to="people.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("main", True), ("until_on__isnull", True)),
                        fields=("person",),
                        name="person_has_one_live_main_employment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("person", "unit"),
                        name="person_is_at_a_unit_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="employment_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerSource",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("label", models.CharField(max_length=200)),
                ("on", models.DateField()),
                ("roster_id", models.UUIDField(null=True, unique=True)),
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
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "police_register",
                                    "census",
                                    "grid_survey",
                                    "unit_roster",
                                    "pushed_list",
                                    "import",
                                    "manual",
                                ),
                            )
                        ),
                        name="ledger_source_kind_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("field", models.CharField(max_length=20)),
                ("value", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("chosen", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="people.person"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.ledgersource",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "field", "source"), name="source_claims_each_field_of_a_person_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterLayout",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("signature", models.CharField(max_length=64)),
                ("labels", models.JSONField()),
                ("fields", models.JSONField()),
                ("by", models.CharField(max_length=80)),
                ("used_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("source_kind", models.CharField(default="import", max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "signature"), name="area_remembers_each_layout_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterPage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("order", models.PositiveIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("counts", models.JSONField()),
                ("content", yingjie.foundation.crypto.fields.EncryptedBytesField()),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="people.rosterimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("roster", "order"), name="roster_has_each_page_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Doubt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=8)),
                ("key", models.CharField(max_length=100, unique=True)),
                ("roster_id", models.UUIDField(db_index=True, null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("other_id", models.UUIDField(null=True)),
                ("entry", yingjie.foundation.crypto.fields.EncryptedTextField(null=True)),
                ("reasons", models.JSONField(default=list)),
                ("words", models.JSONField(default=list)),
                ("score", models.FloatField(default=0)),
                ("state", models.CharField(default="open", max_length=8)),
                ("found_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("undo", yingjie.foundation.crypto.fields.EncryptedTextField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "state", "id"], name="doubts_of_an_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("line", "pair"))), name="doubt_kind_is_a_known_word"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "later", "same", "other", "out", "void"))),
                        name="doubt_state_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql="ALTER TABLE people_rosterpage ALTER COLUMN content SET STORAGE EXTERNAL",
            reverse_sql="",
        ),
    ]
