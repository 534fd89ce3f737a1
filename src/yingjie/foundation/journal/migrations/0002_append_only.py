"""Entries are never changed or removed, not even by our own code."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
            """,
            "DROP FUNCTION journal_is_append_only()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal_entry
            FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
            """,
            "DROP TRIGGER journal_is_append_only ON journal_entry",
        ),
    ]
