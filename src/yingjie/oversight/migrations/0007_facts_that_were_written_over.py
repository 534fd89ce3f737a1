from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_meetings_about_cards")]

    operations = [
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
