"""What the gateway can be told, with units, defaults and bounds."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from contracts.labels import Scope
from contracts.reports import Name

PAGE_FOLDER: Final = Path(__file__).parent / "page"
"""Where the build of ui/ puts the map."""


class GatewaySettings(BaseModel):
    """Settings of one gateway; there may be several per exercise, each with its own ``instance``.

    Attributes:
        exercise: its name, as in the topics.
        host: address to listen on; anything but loopback should come with ``tokens``.
        port: TCP port; 0 takes a free one.
        instance: the service's name in Health.
        tokens: bearer token to the scopes that it may see. None configured means an open exercise:
            whoever reaches the gateway may ask for any scope.
        origins: other origins whose pages may use the API and the stream; our own always may.
        page_folder: the built map.
        sessions_max: most browsers at once; more are turned away.
        stall_cycles: cycles for which a browser may leave a frame untaken before it is closed.
        stall_s_min: shortest such time.
        ping_s: time between two keep-alive pings of the websocket.
        status_every_s: time between two statuses of the gateway itself.
        inject_timeout_s: longest wait for the inject desk.
        question_timeout_s: longest wait for the fusion to tell what made a track.
        questions_max: such questions open at once; whoever asks beyond is told to ask again.
        lag_samples_max: newest samples kept per lag stage.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    exercise: Name
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    instance: Name = "gateway"
    tokens: dict[Annotated[str, Field(min_length=8, max_length=200)], frozenset[Scope]] = Field(
        default_factory=dict
    )
    origins: tuple[str, ...] = ()
    page_folder: Path = PAGE_FOLDER
    sessions_max: Annotated[int, Field(ge=1, le=100_000)] = 1000
    stall_cycles: Annotated[float, Field(gt=0.0, le=100.0)] = 2.0
    stall_s_min: Annotated[float, Field(gt=0.0, le=3600.0)] = 10.0
    ping_s: Annotated[float, Field(gt=0.0, le=600.0)] = 20.0
    status_every_s: Annotated[float, Field(gt=0.0, le=600.0)] = 5.0
    inject_timeout_s: Annotated[float, Field(gt=0.0, le=60.0)] = 5.0
    question_timeout_s: Annotated[float, Field(gt=0.0, le=60.0)] = 5.0
    questions_max: Annotated[int, Field(ge=1, le=10_000)] = 64
    lag_samples_max: Annotated[int, Field(ge=10, le=10_000_000)] = 65_536

    def stall_s(self, cycle_s: float) -> float:
        """Return how long a send may be outstanding at this length of cycle."""
        return max(self.stall_s_min, self.stall_cycles * cycle_s)
