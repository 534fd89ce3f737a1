"""Files that people hand in: encrypted, found by their content, whole or not at all."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingjie.foundation import files
from yingjie.foundation.crypto.keyring import KeyTrouble
from yingjie.foundation.crypto.rotation import rotate
from yingjie.foundation.jobs import actions, registry
from yingjie.foundation.jobs.jobs import files_that_nobody_names
from yingjie.foundation.refusals import NotFound

PHOTO = b"\xff\xd8\xff a photo of a vaccination card"


@pytest.fixture(autouse=True)
def kept(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.YINGJIE_KEYRING = tmp_path / "keys" / "keyring.json"
    settings.YINGJIE_FILES = tmp_path / "files"
    monkeypatch.setattr(files, "_holders", [])
    return settings.YINGJIE_FILES


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.binary(max_size=3000))
def test_what_was_put_is_found(content: bytes) -> None:
    assert files.get(files.put(content)) == content


def test_nothing_of_it_can_be_read_on_the_disk(kept: Path) -> None:
    sha256 = files.put(PHOTO)
    (path,) = files.stored()
    assert b"vaccination" not in path.read_bytes()
    assert sha256 not in str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.suffix for each in files.stored()] == [""]


def test_the_same_content_is_kept_once() -> None:
    assert files.put(PHOTO) == files.put(PHOTO)
    assert len(list(files.stored())) == 1


def test_what_was_altered_or_put_elsewhere_is_noticed(kept: Path) -> None:
    one, other = files.put(PHOTO), files.put(b"another")
    paths = {len(path.read_bytes()): path for path in files.stored()}
    small, large = paths[min(paths)], paths[max(paths)]
    small.write_bytes(large.read_bytes())
    with pytest.raises(KeyTrouble):
        files.get(other)
    large.write_bytes(large.read_bytes()[:-1] + b"x")
    with pytest.raises(KeyTrouble):
        files.get(one)


def test_an_unknown_name_is_not_found() -> None:
    assert not files.has("0" * 64)
    with pytest.raises(NotFound):
        files.get("0" * 64)


def test_the_sweep_takes_what_nobody_names_and_leaves_the_young() -> None:
    named, orphan = files.put(PHOTO), files.put(b"nobody's")
    files.holder(lambda: [named])
    assert files.sweep() == 0
    for path in files.stored():
        os.utime(path, (0, 0))
    half = next(files.stored()).with_name("0" * 32 + ".abcd1234")
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    assert files.sweep() == 2
    assert (files.has(named), files.has(orphan)) == (True, False)
    assert files.sweep(older_than_seconds=0) == 0


def test_the_sweep_is_the_workers_nightly_work_and_one_fault_stops_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert files_that_nobody_names in registry.DAILY
    orphan = files.put(b"nobody's")
    for path in files.stored():
        os.utime(path, (0, 0))

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(registry, "DAILY", [broken, files_that_nobody_names])
    monkeypatch.setattr(actions, "DAILY", registry.DAILY)
    actions.run_daily(0)
    assert not files.has(orphan)


@pytest.mark.django_db
def test_a_change_of_keys_writes_them_again() -> None:
    sha256 = files.put(PHOTO)
    before = next(files.stored()).read_bytes()
    assert rotate()["files"] == 1
    assert next(files.stored()).read_bytes() != before
    assert files.get(sha256) == PHOTO
    assert rotate(new_key=False) == {}
