"""Finding a roster's people in a registry, by columns: 1,000,000 rows against 1,000,000 people.

    from vaxkit.identity.matching import Columns, match
    answer = match(Columns.of(roster), Columns.of(registry))
    answer.verdicts                      one line per row: same, doubtful or new
    explain(answer, row, person)         why, field by field and in a sentence of both languages
    compare(Record(...), Record(...))    two records, alone
    candidates(Record(...), registry)    whom one record may be

`columns` says what goes in, `match` what comes out, `weights` what each finding is worth and why.
"""

from vaxkit.identity.matching.columns import Columns
from vaxkit.identity.matching.explaining import Explanation, Finding, Record, candidates, compare, explain
from vaxkit.identity.matching.passes import Matches, Verdict, match
from vaxkit.identity.matching.weights import DEFAULT, Weights

__all__ = [
    "DEFAULT",
    "Columns",
    "Explanation",
    "Finding",
    "Matches",
    "Record",
    "Verdict",
    "Weights",
    "candidates",
    "compare",
    "explain",
    "match",
]
