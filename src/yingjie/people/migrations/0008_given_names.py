from typing import Any

from django.db import connection, migrations, models

from yingjie.people.readings import reading

_WRITE = """
    UPDATE people_person p SET pinyin = read.pinyin
    FROM unnest(%s::text[], %s::text[]) AS read (name, pinyin) WHERE p.name = read.name
"""
_BATCH = 5_000


def read_names_again(_apps: Any, _editor: Any) -> None:
    """The given name is found by its own reading from now on: every name is read again, each once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM people_person ORDER BY name")
        names = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            cursor.execute(_WRITE, [batch, [reading(name) for name in batch]])


def word(place: int) -> models.Func:
    return models.Func(
        models.F("pinyin"),
        models.Value(" "),
        models.Value(place),
        function="split_part",
        output_field=models.TextField(),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0002_units_and_lines"),
        ("people", "0007_roster_sources"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(word(3), name="people_by_given_name"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(word(4), name="people_by_given_initials"),
        ),
        migrations.RunPython(read_names_again, migrations.RunPython.noop),
    ]
