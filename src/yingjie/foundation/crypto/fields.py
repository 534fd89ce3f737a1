"""A text column that is encrypted at rest. Search it by a blind index column beside it, never by the text itself."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import FieldError
from django.db import models

from yingjie.foundation.crypto.keyring import keyring

# What a column may be set to, and what it gives: text, or text and None where it may be null.
Set = TypeVar("Set", contravariant=True)
Given = TypeVar("Given", covariant=True)

if TYPE_CHECKING:
    _Text = models.TextField
else:

    class _Text(models.TextField):
        """Django's fields take types in their stubs only."""

        def __class_getitem__(cls, _types: Any) -> type:
            return cls


class EncryptedTextField(_Text[Set, Given]):
    """Stores `key name.base64`; reads and writes plain text. Look-ups by value are refused: they could never match."""

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else keyring().encrypt(value, self.context)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else keyring().decrypt(value, self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.context} is encrypted: look it up by its blind index")
        return super().get_lookup(lookup_name)

    def sealed_again(self, stored: Any) -> Any:
        """A stored value under the current key."""
        ring = keyring()
        return ring.encrypt(ring.decrypt(stored, self.context), self.context)


class EncryptedBytesField(models.BinaryField):  # type: ignore[type-arg]  # django-stubs asks for parameters that the class does not take
    """Stores `key name.` and sealed bytes: for whole pages of data that are read and written together."""

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else keyring().seal(bytes(value), self.context)
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else keyring().unseal(bytes(value), self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.context} is encrypted")
        return super().get_lookup(lookup_name)

    def sealed_again(self, stored: Any) -> Any:
        """A stored value under the current key."""
        ring = keyring()
        return ring.seal(ring.unseal(bytes(stored), self.context), self.context)


def blind_index(value: str, purpose: str) -> str:
    """The look-up key of a protected value in its normal form, e.g. blind_index("13800000000", "phone")."""
    return keyring().blind_index(value, purpose)


def blind_indexes(values: Iterable[str], purpose: str) -> list[str]:
    """`blind_index` of many values."""
    return keyring().blind_indexes(values, purpose)
