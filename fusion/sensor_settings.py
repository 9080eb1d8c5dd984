"""What is known of the sensors of a file of reports, beyond the reports; what is not known is estimated."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

EVERY: Final = "every"
"""The name under which settings hold for all sensors that have none of their own."""

Positive = Annotated[float, Field(gt=0.0, le=1e12, allow_inf_nan=False)]


class SensorSettings(BaseModel):
    """One sensor.

    Attributes:
        detection_probability: of an object in sight, once a scan; none is estimated.
        false_per_m2: false plots per square metre and scan of a sensor that tells range and azimuth; none
            is estimated. That of positions always is: their sensor does not say where it looks.
        false_per_rad: false bearings per radian and scan; none is estimated.
        range_max_m: how far it sees or hears; none is as far as its reports have ever come from, and for
            bearings without end.
        looks_per_error: how many looks in a row share the error of their bearings; each counts for that
            part of one. Cameras on a ship share its heading error for seconds. None is estimated.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    detection_probability: Annotated[float, Field(ge=0.01, le=0.99)] | None = None
    false_per_m2: Positive | None = None
    false_per_rad: Positive | None = None
    range_max_m: Positive | None = None
    looks_per_error: Annotated[float, Field(ge=1.0, le=1e6)] | None = None


class Sensors:
    """The settings of every sensor."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        """Take tables by sensor number or ``every``.

        Raises:
            ValueError: a name is no number, or a value is out of bounds.
        """
        self._given: dict[str, SensorSettings] = {}
        for name, values in (given or {}).items():
            if name != EVERY and not name.isdecimal():
                raise ValueError(f"sensor: wanted a sensor's number or {EVERY!r}, got {name!r}")
            self._given[name] = SensorSettings.model_validate(values)

    def of(self, number: int) -> SensorSettings:
        """Return what is known of a sensor."""
        return self._given.get(str(number)) or self._given.get(EVERY) or SensorSettings()
