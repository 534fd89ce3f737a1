"""Finding a roster's people in a registry, by columns: 1,000,000 rows against 1,000,000 people.

    from vaxkit.identity.matching import Columns, match
    answer = match(Columns.of(roster), Columns.of(registry))
    answer.verdicts     one line per row: same, doubtful or new

`columns` says what goes in, `match` what comes out, `weights` what each finding is worth and why.
"""

from vaxkit.identity.matching.columns import Columns
from vaxkit.identity.matching.match import Matches, Verdict, match
from vaxkit.identity.matching.weights import DEFAULT, Weights

__all__ = ["DEFAULT", "Columns", "Matches", "Verdict", "Weights", "match"]
