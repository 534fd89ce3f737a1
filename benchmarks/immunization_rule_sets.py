"""Random sets of rules, random people: the batch against the interpreter, for rules that nobody has written yet.

    make bench WHAT=immunization_rule_sets [ARGS="--first 0 --sets 400 --people 150 --programs 10"]

Each seed draws policies (`tests/kit/policies/random_policies.py`), a day and people around the ages and waits that they name; a set
that contradicts itself is left out and counted. Everything that both say is compared (`immunization_batch.by_batch`). `--programs`:
of so many sets the rules written out as a program too, by every column. Ends at the first difference with exit code 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]

import numpy as np
from immunization_batch import by_batch, by_interpreter
from tests.kit.policies.random_policies import people_of, written

from vaxkit.immunization import advise
from vaxkit.immunization.batch import COLUMNS, assess_batch, written_out
from vaxkit.immunization.batch_people import person_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.batch_telling import told
from vaxkit.ruledata.policies import PolicyError, policies_in_force


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--sets", type=int, default=400)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--programs", type=int, default=0)
    options = parser.parse_args()
    begun, compared, alone, faulty, beyond, programs = time.monotonic(), 0, 0, 0, 0, 0
    for seed in range(options.first, options.first + options.sets):
        try:
            handed, covered = one(seed, options.people, with_program=programs < options.programs)
        except PolicyError:
            faulty += 1
            continue
        compared += options.people
        programs += covered
        beyond += not covered
        alone += handed if covered else 0
    sets = options.sets - faulty
    print(
        f"{date.today()}: seeds {options.first} to {options.first + options.sets - 1}, {sets} sets of rules "
        f"({faulty} contradicted themselves), {compared:,} people: 0 differences. {beyond} sets are beyond the batch; in the "
        f"others {alone:,} people were handed over. {min(programs, options.programs)} sets as programs too. "
        f"{time.monotonic() - begun:.0f} s"
    )


def one(seed: int, n: int, *, with_program: bool) -> tuple[int, bool]:
    """How many were handed over, and whether the batch covers the rules. Ends the run at a difference. Raises PolicyError."""
    with tempfile.TemporaryDirectory() as folder:
        on = written(seed, Path(folder))
        rules = policies_in_force(on, Path(folder), shipped=False)
    tables = tables_of(rules, on)
    people = people_of(rules, tables, n, on, seed)
    answer = assess_batch(rules, people, on)
    said = told(rules, tables, people, answer, on)
    for row in range(n):
        patient, doses = person_of(tables, people, row)
        batch = by_batch(rules, answer, said, row, len(doses))
        single = by_interpreter(rules, advise(rules, patient, doses, on), answer, row)
        if batch != single:
            sys.exit(f"seed {seed}, row {row}, {on}\n{patient}\n{doses}\n batch  {batch}\n single {single}")
    if with_program and not tables.uncovered:
        by_program = assess_batch(rules, people, on, program=written_out(rules, on))
        for name in (*COLUMNS, "verdicts", "handed_over"):
            if not np.array_equal(getattr(by_program, name), getattr(answer, name)):
                sys.exit(f"seed {seed}: {name} of the program differs from that of the tables")
    return int(answer.handed_over.sum()), not tables.uncovered


if __name__ == "__main__":
    main()
