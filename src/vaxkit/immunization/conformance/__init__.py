"""Published test cases against a rule set: `python -m vaxkit.immunization.conformance CASES.jsonl --data DIR`.

    cases      read_cases(file) -> Case rows; what a row must hold
    comparing  compare(row, rules) -> the fields in which our answer differs from the expected one
    defects    contradictions within a case itself, and lists of cases known to be wrong
    reporting  the figures per suite and vaccine group, as a table or as JSON

A case file has one JSON object a line: `suite`, `suite_version`, `supporting_data` (the folder of rules in DIR),
`test_id`, `vaccine_group`, `dob`, `gender`, `assessment_date`, `observations`, `doses` (with the expected status and
reason of each) and `expected` (status, dose number, earliest, recommended, past due). Comparing is strict: every date is
compared and a blank expected means a blank answer. Nothing here knows a single case.
"""

from vaxkit.immunization.conformance.cases import CaseError, CaseRow, read_cases
from vaxkit.immunization.conformance.comparing import Difference, compare

__all__ = ["CaseError", "CaseRow", "Difference", "compare", "read_cases"]
