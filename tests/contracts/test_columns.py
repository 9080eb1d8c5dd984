"""Columns: what becomes an array, what is refused with its row, what is written."""

from typing import Annotated

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.columns import Column


class Sample(BaseModel):
    """A message of three columns."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    depth_m: Annotated[NDArray[np.float32], Column("<f4", 0.0, 100.0)]
    heading_rad: Annotated[NDArray[np.float64], Column("<f8", nullable=True)]
    place: Annotated[NDArray[np.uint16], Column("<u2", 0, 9, width=2)]


def a_sample(**fields: object) -> Sample:
    known: dict[str, object] = {"depth_m": [1.0, 2.0], "heading_rad": [None, 0.5], "place": [[1, 2], [3, 4]]}
    return Sample.model_validate(known | fields)


def complaint(**fields: object) -> str:
    with pytest.raises(ValidationError) as caught:
        a_sample(**fields)
    return str(caught.value.errors()[0]["msg"])


def test_a_list_becomes_an_array_of_the_columns_type() -> None:
    sample = a_sample()

    assert (sample.depth_m.dtype, sample.depth_m.tolist()) == (np.dtype("<f4"), [1.0, 2.0])
    assert sample.place.shape == (2, 2)


def test_a_buffer_becomes_an_array_without_a_copy() -> None:
    buffer = np.array([1.0, 2.0], "<f4").tobytes()

    sample = a_sample(depth_m=buffer)

    assert np.shares_memory(sample.depth_m, np.frombuffer(buffer, "<f4"))


def test_several_values_a_row_may_come_flat() -> None:
    assert a_sample(place=np.array([1, 2, 3, 4], "<u2").tobytes()).place.tolist() == [[1, 2], [3, 4]]


def test_no_rows_are_a_column_too() -> None:
    sample = a_sample(depth_m=[], place=b"")

    assert (sample.depth_m.shape, sample.place.shape) == ((0,), (0, 2))


def test_null_is_not_a_number_and_nothing_else() -> None:
    assert np.isnan(a_sample().heading_rad).tolist() == [True, False]


def test_columns_cannot_be_written_to() -> None:
    sample = a_sample(depth_m=np.array([1.0, 2.0]))

    with pytest.raises(ValueError, match="read-only"):
        sample.depth_m[0] = 5.0


def test_the_senders_own_array_stays_writeable() -> None:
    own = np.array([1.0, 2.0], "<f4")

    a_sample(depth_m=own)

    own[0] = 7.0


@pytest.mark.parametrize(
    ("depth_m", "complaint_"),
    [
        ([1.0, 101.0], "row 1: wanted a number within [0.0, 100.0], got 101.0"),
        ([-0.5], "row 0: wanted a number within [0.0, 100.0], got -0.5"),
        ([1.0, None], "row 1: wanted a number within [0.0, 100.0], got nan"),
        (np.array([np.inf]), "row 0: wanted a number within [0.0, 100.0], got inf"),
        (b"\x00\x00\x80", "wanted a whole number of 4-byte rows, got 3 bytes"),
        (7.0, "wanted a column of <f4, got float"),
        ("1.0", "wanted a column of <f4, got str"),
        (np.array(["a"]), "wanted a column of <f4, got an array of <U1"),
        (np.zeros((2, 2)), "wanted 1 value(s) a row, got an array of shape (2, 2)"),
    ],
)
def test_a_complaint_says_which_row_what_was_wanted_and_what_came(depth_m: object, complaint_: str) -> None:
    assert complaint(depth_m=depth_m) == complaint_


def test_values_per_row_are_counted() -> None:
    assert "wanted 2 value(s) a row" in complaint(place=[1, 2, 3])
    assert "wanted 2 value(s) a row" in complaint(place=[[1, 2, 3]])
    assert "list numpy refuses" in complaint(place=[[1, 2], [3]])


def test_an_unknown_that_is_not_finite_is_refused_even_where_unknown_is_allowed() -> None:
    assert complaint(heading_rad=np.array([np.nan, np.inf])) == "row 1: wanted a number finite, got inf"


def test_in_python_a_column_is_written_as_its_bytes_and_in_json_as_a_list() -> None:
    sample = a_sample()

    assert sample.model_dump()["depth_m"] == np.array([1.0, 2.0], "<f4").tobytes()
    assert sample.model_dump(mode="json")["heading_rad"] == [None, 0.5]
    assert sample.model_dump(mode="json")["place"] == [[1, 2], [3, 4]]


def test_the_json_schema_tells_type_range_and_width() -> None:
    columns = Sample.model_json_schema()["properties"]

    assert columns["depth_m"]["items"] == {"type": "number", "minimum": 0.0, "maximum": 100.0}
    assert columns["heading_rad"]["items"]["type"] == ["number", "null"]
    assert (columns["place"]["items"]["minItems"], columns["place"]["x-dtype"]) == (2, "<u2")
