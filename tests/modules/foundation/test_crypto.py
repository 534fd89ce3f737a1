"""Identity data at rest: unreadable without the key ring, found by the blind index, written again under new keys."""

import json
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from yingjie.areas.models import Area
from yingjie.foundation.crypto import keyring as keys
from yingjie.foundation.crypto.fields import blind_index
from yingjie.foundation.crypto.rotation import rotate
from yingjie.people.models import IdentityDocument, Person

NUMBER = "999999195001010017"


@pytest.fixture(autouse=True)
def ring(settings: LazySettings, tmp_path: Path) -> Path:
    settings.YINGJIE_KEYRING = tmp_path / "keys" / "keyring.json"
    settings.YINGJIE_FILES = tmp_path / "files"
    return settings.YINGJIE_KEYRING


def document() -> IdentityDocument:
    Area.objects.bulk_create(
        [Area(code="110117", name="平谷区", level="county", pinyin="pinggu qu")], ignore_conflicts=True
    )
    person = Person.objects.create(
        area_id="110117", name="王测试", pinyin="wang ceshi", sex="male", birth_on=date(1950, 1, 1),
        registered_on=date(2021, 3, 1), source="test",
    )  # fmt: skip
    index = blind_index(NUMBER + str(uuid4()), "resident_card")
    return IdentityDocument.objects.create(
        person=person, kind="resident_card", number=NUMBER, number_index=index, last_four="0017"
    )


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM people_identitydocument")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_the_database_alone_tells_nobody_the_number() -> None:
    made = document()
    assert NUMBER not in stored()[0]
    assert "19500101" not in stored()[0]
    made.refresh_from_db()
    assert made.number == NUMBER


@pytest.mark.django_db
def test_looking_up_by_the_text_itself_is_refused() -> None:
    with pytest.raises(FieldError, match="blind index"):
        list(IdentityDocument.objects.unscoped("test").filter(number=NUMBER))


@pytest.mark.django_db
def test_a_value_moved_to_another_column_is_noticed() -> None:
    document()
    with pytest.raises(keys.KeyTrouble, match="altered"):
        keys.keyring().decrypt(stored()[0], "people_phone.number")


@pytest.mark.django_db
def test_a_change_of_keys_writes_everything_again_and_forgets_the_old_key(ring: Path) -> None:
    made = [document() for _ in range(3)]
    index_before = blind_index(NUMBER, "resident_card")
    before = json.loads(ring.read_text())
    assert rotate() == {"people_identitydocument.number": 3}
    after = json.loads(ring.read_text())
    assert set(before["keys"]) == {"k1"}
    assert set(after["keys"]) == {"k2"}
    assert all(value.startswith("k2.") for value in stored())
    assert blind_index(NUMBER, "resident_card") == index_before
    for row in made:
        row.refresh_from_db()
        assert row.number == NUMBER


@pytest.mark.django_db
def test_an_interrupted_change_of_keys_goes_on_where_it_stopped(ring: Path) -> None:
    document()
    keys.keyring().add_key()  # as if the power had failed right after the new key was made
    second = document()
    assert sorted(value.split(".")[0] for value in stored()) == ["k1", "k2"]
    assert rotate(new_key=False) == {"people_identitydocument.number": 1}
    assert set(json.loads(ring.read_text())["keys"]) == {"k2"}
    second.refresh_from_db()
    assert second.number == NUMBER


def test_the_key_ring_is_for_its_owner_only(ring: Path) -> None:
    keys.keyring()
    assert ring.stat().st_mode & 0o777 == 0o600


@given(st.text(max_size=200))
def test_every_text_comes_back(text: str) -> None:
    ring = keys.keyring()
    assert ring.decrypt(ring.encrypt(text, "a.b"), "a.b") == text


def test_equal_values_are_sealed_differently_and_indexed_alike() -> None:
    ring = keys.keyring()
    assert ring.encrypt(NUMBER, "a.b") != ring.encrypt(NUMBER, "a.b")
    assert ring.blind_index(NUMBER, "phone") != ring.blind_index(NUMBER, "resident_card")
    assert ring.blind_index(NUMBER, "phone") == ring.blind_index(NUMBER, "phone")
