"""Pages on their way to a reader process and back: MessagePack of fixed types (https://msgpack.org), by msgspec.

What is read from the socket can only become the dataclasses it was declared as; nothing in it can name code. The first
byte of a message says how its texts are written: MessagePack texts are UTF-8, which has no lone surrogates, so a
message that holds one has all its texts in `storable` form.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from pipelines.normalize.text import storable, unstore

_PLAIN, _STORABLE = b"p", b"s"
_T = TypeVar("_T")


class WireError(ValueError):
    """A message that cannot be written, or is not of the type it should be."""


class Wire(Generic[_T]):
    """Messages of one type, a dataclass of texts, bytes, numbers, decimals, tuples and further dataclasses."""

    def __init__(self, kind: type[_T]) -> None:
        self.kind = kind
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(kind)

    def pack(self, value: _T) -> bytes:
        """Raises WireError for what no message holds, such as an integer of more than 64 bits."""
        try:
            try:
                return _PLAIN + self._encoder.encode(value)
            except UnicodeEncodeError:
                plain = msgspec.to_builtins(value, builtin_types=(bytes,))
                return _STORABLE + self._encoder.encode(_texts(plain, storable))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise WireError(f"cannot be written: {error}") from error

    def unpack(self, message: bytes) -> _T:
        """The very value that was packed. Raises WireError."""
        try:
            if message[:1] == _PLAIN:
                return self._decoder.decode(memoryview(message)[1:])
            plain = _texts(msgspec.msgpack.decode(memoryview(message)[1:]), unstore)
            return msgspec.convert(plain, self.kind, builtin_types=(bytes,))
        except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
            raise WireError(f"not a {self.kind.__name__}: {error}") from error


def _texts(value: Any, change: Any) -> Any:
    """Plain lists, dicts and scalars with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {_texts(name, change): _texts(item, change) for name, item in value.items()}
    return value
