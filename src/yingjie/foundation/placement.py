"""Where a row lives when one database machine is too small (law 10). Every model declares one `placement`.

    PERSON      spread by person_id; the row carries it, its unique constraints contain it
    PLACE       spread by site_id, likewise
    DOCUMENT    spread by number_index, the keyed hash of an identity number: the one table that answers "whose number is
                this", which no table spread by person could keep unique (docs/decisions/0003-placement-of-identity.md)
    REFERENCE   small, copied to every machine: areas, products, lots, sites
    LOCAL       stays on the coordinator: users, jobs, journal, drafts, bulletins, imports

`tests/architecture/test_placement.py` holds every model to it.
"""

from enum import StrEnum


class Placement(StrEnum):
    PERSON = "person_id"
    PLACE = "site_id"
    DOCUMENT = "number_index"
    REFERENCE = "reference"
    LOCAL = "local"

    @property
    def key(self) -> str | None:
        """The column that spreads the rows, or None where rows are not spread."""
        return None if self in (Placement.REFERENCE, Placement.LOCAL) else self.value
