"""Array columns as pydantic types: little-endian typed buffers on the wire, numpy arrays in Python.

A batch of a thousand plots is one message with a handful of columns, not a thousand objects:
measured, that is several hundred times cheaper to decode. In JSON a column is a list and an
unknown number is ``null``; in MessagePack it is the raw little-endian buffer; in Python it is a
read-only array. Unknown is NaN, never 0 or 91 degrees.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True, slots=True)
class Column:
    """How one column looks on the wire and which values it may hold.

    Attributes:
        dtype: numpy dtype string, always little-endian, such as ``"<f4"``.
        low: smallest value allowed, in the unit of the column's name.
        high: largest value allowed.
        nullable: whether NaN (``null`` in JSON) may stand for "not measured"; floats only.
        width: values per row; 1 gives an (N,) array, more gives (N, width).
    """

    dtype: str
    low: float | None = None
    high: float | None = None
    nullable: bool = False
    width: int = 1

    def parse(self, value: object) -> NDArray[Any]:
        """Return the value as a read-only array, or say which row is wrong and what was wanted."""
        array = self._shaped(self._as_array(value))
        self._check(array)
        if array.flags.writeable:
            array = array.view()
            array.flags.writeable = False
        return array

    def _as_array(self, value: object) -> NDArray[Any]:
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "fiub":
                raise _wrong(f"wanted a column of {self.dtype}, got an array of {value.dtype}")
            return np.ascontiguousarray(value, dtype=self.dtype)
        if isinstance(value, bytes | bytearray | memoryview):
            size = np.dtype(self.dtype).itemsize * self.width
            if len(value) % size:
                raise _wrong(f"wanted a whole number of {size}-byte rows, got {len(value)} bytes")
            return np.frombuffer(value, dtype=self.dtype)
        if isinstance(value, list | tuple):
            return self._from_list(value)
        raise _wrong(f"wanted a column of {self.dtype}, got {type(value).__name__}")

    def _from_list(self, value: "list[Any] | tuple[Any, ...]") -> NDArray[Any]:
        number: Any = float | None if self.dtype[1] == "f" else int
        nested = bool(value) and isinstance(value[0], list | tuple)
        try:
            # numpy would take text, truth and fractions for numbers; msgspec does not.
            rows = msgspec.convert(value, list[list[number]] if nested else list[number])
        except msgspec.ValidationError as error:
            raise _wrong(_no_number(error, value)) from error
        try:
            with np.errstate(over="ignore"):  # becomes infinite, and is refused as that, with its row
                return np.array(rows, dtype=self.dtype)
        except (TypeError, ValueError, OverflowError) as error:
            raise _wrong(f"wanted a column of {self.dtype}, got a list numpy refuses: {error}") from error

    def _shaped(self, array: NDArray[Any]) -> NDArray[Any]:
        if self.width > 1 and array.ndim == 1 and array.size % self.width == 0:
            return array.reshape(-1, self.width)
        if array.ndim != (1 if self.width == 1 else 2) or (self.width > 1 and array.shape[1] != self.width):
            raise _wrong(f"wanted {self.width} value(s) a row, got an array of shape {array.shape}")
        return array

    def _check(self, array: NDArray[Any]) -> None:
        if array.size == 0:
            return
        low, high = array.min(), array.max()  # NaN in the column makes both NaN
        if array.dtype.kind == "f" and np.isnan(low):
            if not self.nullable:
                self._refuse(array, np.isnan(array))
            if np.isnan(array).all():
                return
            low, high = np.nanmin(array), np.nanmax(array)
        if array.dtype.kind == "f" and not (np.isfinite(low) and np.isfinite(high)):
            self._refuse(array, np.isinf(array))
        if self.low is not None and low < self.low:
            self._refuse(array, array < self.low)
        if self.high is not None and high > self.high:
            self._refuse(array, array > self.high)

    def _refuse(self, array: NDArray[Any], wrong: NDArray[np.bool_]) -> None:
        row = int(np.argwhere(wrong)[0][0])
        limits = (
            f"within [{self.low}, {self.high}]" if self.low is not None or self.high is not None else "finite"
        )
        raise _wrong(f"row {row}: wanted a number {limits}, got {array[row]}")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(self._dump, info_arg=True),
        )

    def _dump(self, array: NDArray[Any], info: core_schema.SerializationInfo) -> object:
        if info.mode != "json":
            return np.ascontiguousarray(array).tobytes()
        if array.dtype.kind == "f" and np.isnan(array).any():
            plain = array.astype(object)
            plain[np.isnan(array)] = None
            return plain.tolist()
        return array.tolist()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        kind = "number" if self.dtype[1] == "f" else "integer"
        item: dict[str, Any] = {"type": [kind, "null"] if self.nullable else kind}
        if self.low is not None:
            item["minimum"] = self.low
        if self.high is not None:
            item["maximum"] = self.high
        if self.width > 1:
            item = {"type": "array", "items": item, "minItems": self.width, "maxItems": self.width}
        return {"type": "array", "items": item, "x-dtype": self.dtype}


def _no_number(error: msgspec.ValidationError, value: Sequence[Any]) -> str:
    """Return which row holds no number. msgspec writes the place as ``$[row]``."""
    place = re.search(r"\$\[(\d+)\]", str(error))
    row = int(place[1]) if place else 0
    return f"row {row}: wanted a number ({error}), got {str(value[row])[:40]!r}"


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("column", "{what}", {"what": what})


FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

TimeColumn = Annotated[NDArray[np.float64], Column("<f8", 0.0, 1e11)]
LatitudeColumn = Annotated[NDArray[np.float64], Column("<f8", -90.0, 90.0)]
LongitudeColumn = Annotated[NDArray[np.float64], Column("<f8", -180.0, 180.0)]
NullableLatitudeColumn = Annotated[NDArray[np.float64], Column("<f8", -90.0, 90.0, nullable=True)]
NullableLongitudeColumn = Annotated[NDArray[np.float64], Column("<f8", -180.0, 180.0, nullable=True)]
