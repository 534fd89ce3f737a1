from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [("journal", "0001_initial"), ("journal", "0002_append_only")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("chain", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(default="", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("chain", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                ("verb", models.CharField(max_length=64)),
                ("subject_kind", models.CharField(max_length=32)),
                ("subject_id", models.CharField(max_length=64)),
                ("area_code", models.CharField(blank=True, max_length=16)),
                ("facts", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "at"], name="journal_of_a_subject"),
                    models.Index(fields=["-at"], name="journal_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chain", "number"), name="journal_numbers_count_up_in_a_chain"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
                """,
            reverse_sql="DROP FUNCTION journal_is_append_only()",
        ),
        migrations.RunSQL(
            sql="""
                CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal_entry
                FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
                """,
            reverse_sql="DROP TRIGGER journal_is_append_only ON journal_entry",
        ),
    ]
