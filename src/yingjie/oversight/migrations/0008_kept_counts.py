"""The kept counts, and what notes whom a write concerns.

Rows that everything is counted from are written in many ways: by an action, by a roster of a million, by a merge, by a rebuild. A
trigger notes the person in the same transaction, so that no way can be forgotten. It writes one small row with the same person's
key and reads nothing, so it stays on the machine where the person's rows are.
"""

import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

import yingjie.foundation.ids

#: More people than this in one statement: everything is counted anew.
MANY = 20_000
EVERYBODY = uuid.UUID(int=0)
_NOTE = """
    IF (SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {over}) x) = {over} THEN
        INSERT INTO oversight_touched (id, person_id) VALUES (gen_random_uuid(), '{everybody}');
    ELSE
        INSERT INTO oversight_touched (id, person_id) SELECT gen_random_uuid(), x.{key} FROM (SELECT DISTINCT {key} FROM {rows}) x;
    END IF;
"""


def _function(name: str, key: str) -> str:
    old, new = (
        _NOTE.format(rows=rows, key=key, over=MANY + 1, everybody=EVERYBODY)
        for rows in ("old_rows", "new_rows")
    )
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN {old} END IF;
            IF TG_OP <> 'DELETE' THEN {new} END IF;
            RETURN NULL;
        END $$;
    """


def _of_statements(table: str, function: str, verbs: tuple[str, ...]) -> str:
    rows = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    rows["UPDATE"] = f"{rows['DELETE']} {rows['INSERT']}"
    return "".join(
        f"""
        CREATE TRIGGER counts_are_touched_by_{verb.lower()} AFTER {verb} ON {table} REFERENCING {rows[verb]}
        FOR EACH STATEMENT EXECUTE FUNCTION {function}();
        """
        for verb in verbs
    )


TABLES = ("people_stay", "people_employment", "people_personcategory", "doses_dose")
COUNTED = ("area_id", "birth_on", "moved_in_on", "left_on", "has_stays", "entered_at")
TRIGGERS = f"""
    {_function("touch_counts", "person_id")}
    {_function("touch_counts_of_people", "id")}
    CREATE FUNCTION touch_counts_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO oversight_touched (id, person_id)
        VALUES (gen_random_uuid(), (to_jsonb(NEW)->>TG_ARGV[0])::uuid);
        RETURN NULL;
    END $$;
    CREATE FUNCTION touch_counts_of_unit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO oversight_touched (id, person_id)
        SELECT gen_random_uuid(), x.person_id FROM (SELECT DISTINCT person_id FROM people_employment WHERE unit_id = NEW.id) x;
        RETURN NULL;
    END $$;
    {"".join(_of_statements(table, "touch_counts", ("INSERT", "UPDATE", "DELETE")) for table in TABLES)}
    {_of_statements("people_person", "touch_counts_of_people", ("INSERT", "DELETE"))}
    CREATE TRIGGER counts_are_touched_by_update AFTER UPDATE ON people_person FOR EACH ROW
    WHEN ({" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COUNTED)})
    EXECUTE FUNCTION touch_counts_of_row('id');
    CREATE TRIGGER counts_are_touched_by_insert AFTER INSERT ON doses_standing FOR EACH ROW
    WHEN (NEW.primary_number IS NOT NULL) EXECUTE FUNCTION touch_counts_of_row('person_id');
    CREATE TRIGGER counts_are_touched_by_update AFTER UPDATE ON doses_standing FOR EACH ROW
    WHEN (OLD.primary_number IS DISTINCT FROM NEW.primary_number) EXECUTE FUNCTION touch_counts_of_row('person_id');
    CREATE TRIGGER counts_are_touched_by_update AFTER UPDATE ON areas_unit FOR EACH ROW
    WHEN (OLD.line_id IS DISTINCT FROM NEW.line_id) EXECUTE FUNCTION touch_counts_of_unit();
    CREATE INDEX doses_by_when_they_came_on_record ON doses_dose USING brin (recorded_at);
"""
UNDONE = """
    DROP FUNCTION touch_counts() CASCADE; DROP FUNCTION touch_counts_of_people() CASCADE;
    DROP FUNCTION touch_counts_of_row() CASCADE; DROP FUNCTION touch_counts_of_unit() CASCADE;
    DROP INDEX doses_by_when_they_came_on_record;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0007_facts_that_were_written_over"),
        ("areas", "0002_units_and_lines"),
        ("doses", "0004_primary_course"),
        ("people", "0009_stays_of_joined_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("person_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="KeptPerson",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptBefore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "step", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("step", models.BigIntegerField()),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptStep",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("on", models.DateField()),
                ("is_whole", models.BooleanField()),
                ("people", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="KeptCell",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=6)),
                ("area", models.CharField(max_length=12)),
                ("band", models.CharField(max_length=8)),
                ("line", models.CharField(max_length=24)),
                ("category", models.CharField(max_length=32)),
                ("state", models.SmallIntegerField()),
                ("day", models.DateField()),
                ("people", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "day"], name="kept_sums_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "area", "band", "line", "category", "state", "day"),
                        name="a_kept_sum_stands_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("step", models.BigIntegerField(db_index=True)),
                ("cell", models.BigIntegerField()),
                ("by", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(TRIGGERS, UNDONE),
    ]
