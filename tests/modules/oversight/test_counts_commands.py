"""`yj cube` and `yj bulletin --check` say whether figures are those of the rows, and exit with 1 where they are not."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from tests.modules.oversight.replay import Replay, at
from tests.modules.oversight.tiny_county import COUNTY, FIRST, actor
from yingjie.cli import bulletins, counts
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.oversight import actions
from yingjie.oversight.models import KeptCell

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 20)


@pytest.fixture
def world(county: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replay:
    for module in (bulletins, counts):
        monkeypatch.setattr(module, "ready", lambda _machine: nullcontext())
    return Replay(Random(5), tmp_path, DAY)


def run(*words: str) -> Result:
    return CliRunner().invoke(bulletins.bulletin if words[0] == "--check" else counts.cube, words)


def test_the_kept_counts_are_compared_and_made_anew(world: Replay) -> None:
    with clock.at(at(DAY, 12)):
        assert json.loads(run("check", "--json").stdout) == {"step": None, "differ": []}
        assert json.loads(run("rebuild", "--json").stdout)["people"] == 60
        assert run("check").exit_code == 0
        KeptCell.objects.filter(kind="person", area=FIRST).update(people=99)
        found = run("check")
        assert (found.exit_code, "99" in found.stdout, FIRST in found.stdout) == (1, True, True)
        assert (run("rebuild").exit_code, run("check").exit_code) == (0, 0)


def test_issued_bulletins_are_counted_again(world: Replay) -> None:
    with clock.at(at(DAY, 12)):
        actions.issue(by=actor("county_lead", COUNTY), area_code=COUNTY, on=DAY)
        assert json.loads(run("--check", "--json").stdout) == {"bulletins": 1, "differ": []}
        Dose.objects.unscoped("a row that vanishes").filter(person__area_id=FIRST)[0:1].get().delete()
        found = run("--check", "--area", COUNTY)
        assert (found.exit_code, "lines" in found.stdout, "1101170010" in found.stdout) == (1, True, True)
