"""The fusion's settings: values with names, units, defaults and bounds, read once at start."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from contracts.labels import SCOPES, Scope
from contracts.platforms import Domain
from contracts.reports import Name
from fusion.noise import Noise

Seconds = Annotated[float, Field(gt=0.0, le=3600.0)]


class EngineSettings(BaseModel):
    """How the engine believes: thresholds and motion models, each with its reason.

    Attributes:
        gate_sigma: radius of the association gate in standard deviations; four keeps 99.97 % of
            true pairs in two dimensions.
        confirm_score: log-likelihood ratio at which a track is believed (Wald's sequential test:
            ln((1 - miss) / false) with one false confirmation in 20,000 tests).
        confirm_chance: how likely a new track must be among its rivals.
        hits_to_confirm: plots that a new track is made of at least.
        drop_score: ratio at which a hypothesis of a new track is given up.
        score_max: cap, so that a long life does not buy a long death.
        lost_score: how far below its best a confirmed track's score may fall before it is dropped.
        coast_surface_s: longest life of a surface track that nothing sees: a ship behind the
            horizon is not lost at once.
        coast_air_s: the same for aircraft, which are soon elsewhere.
        coast_self_report_s: the same for tracks that only report themselves; AIS class B is silent
            for up to three minutes (ITU-R M.1371-5, table 1), so two missed reports.
        noise_surface_m2_per_s3: power spectral density of a ship's acceleration.
        noise_steady_m2_per_s3: the same for aircraft that report themselves, airliners mostly.
        noise_agile_m2_per_s3: the same for aircraft that do not, while they fly straight.
        noise_turning_m2_per_s3: the same for aircraft that turn.
        noise_unknown_m2_per_s3: the same before the domain is known.
        noise_start_m2_per_s3: the same for what may become an aircraft's track, which must bear a turn.
        turn_rate_rad_per_s: rate of the modelled turns; three degrees a second is a standard-rate turn.
        straight_s: mean time that an aircraft flies straight.
        turn_s: mean time that it turns.
        speed_sigma_surface_m_per_s: spread of a ship's unknown velocity.
        speed_sigma_air_m_per_s: spread of an aircraft's unknown velocity.
        speed_max_m_per_s: faster hypotheses are not believed.
        domain: that everything is taken to be in; unknown, when each must show it.
        start_cost_max: how much less likely than a miss the next plot of a hypothesis may be; where the
            velocity is hardly known and plots are close, the first pair says little and the third plot all.
        start_silent_s: longest time that a hypothesis waits for its next plot.
        new_density_per_m2: expected density of new objects, beside the radar's clutter density.
        housekeeping_s: interval, on exercise time, of merging, coasting and dropping.
        lob_shown_s: how long a line of bearing that fits no track stays on the picture.
        tracks_max: bound of the track table; at the bound no track is founded, and it is counted.
        starts_max: bound of hypotheses of new tracks; at the bound none is founded, and it is counted.
        lobs_max: bound of kept lines of bearing; the oldest goes.
        alerts_max: bound of kept alerts; the oldest goes.
        journal_cycles: closed cycles of which the journal tells what made each track; the oldest goes.
        credits_max: bound of a scope's journal over all cycles, 56 bytes each (84 MB at the default); at the
            bound the oldest cycle goes, and it is counted. 0 keeps no journal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate_sigma: Annotated[float, Field(gt=0.0, le=10.0)] = 4.0
    confirm_score: float = 10.0
    confirm_chance: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.5
    hits_to_confirm: Annotated[int, Field(ge=2, le=6)] = 3
    drop_score: float = -4.0
    score_max: float = 30.0
    lost_score: float = 14.0
    coast_surface_s: Seconds = 600.0
    coast_air_s: Seconds = 45.0
    coast_self_report_s: Seconds = 400.0
    noise_surface_m2_per_s3: float = 0.02
    noise_steady_m2_per_s3: float = 15.0
    noise_agile_m2_per_s3: float = 20.0
    noise_turning_m2_per_s3: float = 200.0
    noise_unknown_m2_per_s3: float = 2.0
    noise_start_m2_per_s3: float = 200.0
    turn_rate_rad_per_s: Annotated[float, Field(gt=0.0, le=1.0)] = 0.0524
    straight_s: Seconds = 60.0
    turn_s: Seconds = 20.0
    speed_sigma_surface_m_per_s: float = 10.0
    speed_sigma_air_m_per_s: float = 180.0
    speed_max_m_per_s: Annotated[float, Field(gt=0.0)] = 2000.0
    domain: Domain = Domain.UNKNOWN
    start_cost_max: Annotated[float, Field(ge=0.0, le=50.0)] = 0.0
    start_silent_s: Seconds = 60.0
    new_density_per_m2: float = 2e-10
    housekeeping_s: Seconds = 5.0
    lob_shown_s: Seconds = 60.0
    tracks_max: Annotated[int, Field(ge=1, le=5_000_000)] = 200_000
    starts_max: Annotated[int, Field(ge=1, le=20_000_000)] = 200_000
    lobs_max: Annotated[int, Field(ge=1, le=10_000)] = 300
    alerts_max: Annotated[int, Field(ge=1, le=500)] = 200
    journal_cycles: Annotated[int, Field(ge=1, le=10_000)] = 20
    credits_max: Annotated[int, Field(ge=0, le=50_000_000)] = 1_500_000

    @property
    def noise(self) -> Noise:
        """The motion models' noise, as the kernels take it."""
        return Noise(
            self.noise_surface_m2_per_s3,
            self.noise_steady_m2_per_s3,
            self.noise_agile_m2_per_s3,
            self.noise_turning_m2_per_s3,
            self.noise_unknown_m2_per_s3,
            self.turn_rate_rad_per_s,
            self.straight_s,
            self.turn_s,
        )


FILE_SETTINGS: Final = EngineSettings(
    domain=Domain.AIR,
    confirm_score=0.0,
    drop_score=-8.0,
    start_cost_max=4.0,
    score_max=5.5,
    lost_score=0.0,
    coast_air_s=60.0,
    noise_agile_m2_per_s3=0.1,
    noise_turning_m2_per_s3=2.0,
    noise_start_m2_per_s3=2.0,
    straight_s=300.0,
    turn_s=30.0,
    speed_sigma_air_m_per_s=140.0,
    speed_max_m_per_s=400.0,
    hits_to_confirm=2,
    confirm_chance=0.52,
    tracks_max=5_000_000,
    starts_max=20_000_000,
    credits_max=0,
)
"""What a file of reports is fused with when nothing else is said.

Aircraft of unknown speed up to 400 m/s, which fly straight and now and then turn, seen by a sensor that says
nothing of itself. A score is the logarithm of the odds that a track is real: it is shown from even odds on,
and an object is taken to live long enough for odds of 250 to 1 at most, so that three missed scans at a
detection probability of 0.9 end its track. The reports of each track are in the file that comes out.
"""


class FusionSettings(BaseModel):
    """How the service runs.

    Attributes:
        cycle_s: length of a cycle in exercise seconds; 0 publishes when something changed, at most
            ten times a second (event mode).
        allowed_lateness_s: wall seconds after a cycle's end for which its reports are waited for.
        ledger_folder: where the ledger lives; none keeps it in memory, and then a killed process
            forgets.
        commit_s: longest wait before reports are committed together.
        commit_reports: most reports of one commit.
        incoming_max: received messages that wait to be read; at the bound new ones are dropped and
            counted, and their producers send them again.
        pending_max: committed batches that wait to be folded; the same at the bound.
        hold_s: longest wait, after a start or a lost broker, for sources to catch up.
        settle_s: how long no new sensor must have introduced itself for that wait to end.
        future_s: how far ahead of the exercise clock a report may be.
        ancient_s: how old a report may be.
        checkpoint_cycles: cycles between two checkpoints.
        fold_step_s: longest wait between two foldings.
        questions_max: questions about provenance that wait to be answered; at the bound new ones are
            dropped and counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    exercise: Name
    cycle_s: Annotated[float, Field(ge=0.0, le=3600.0)] = 30.0
    allowed_lateness_s: Annotated[float, Field(ge=0.0, le=60.0)] = 0.25
    ledger_folder: Path | None = None
    scopes: tuple[Scope, ...] = SCOPES
    commit_s: Annotated[float, Field(gt=0.0, le=1.0)] = 0.02
    commit_reports: Annotated[int, Field(ge=1)] = 10_000
    incoming_max: Annotated[int, Field(ge=1)] = 10_000
    pending_max: Annotated[int, Field(ge=1)] = 200_000
    hold_s: Seconds = 20.0
    settle_s: Seconds = 2.0
    future_s: Seconds = 10.0
    ancient_s: Annotated[float, Field(gt=0.0)] = 3600.0
    checkpoint_cycles: Annotated[int, Field(ge=1)] = 4
    fold_step_s: Annotated[float, Field(gt=0.0, le=1.0)] = 0.1
    questions_max: Annotated[int, Field(ge=1, le=10_000)] = 100
    engine: EngineSettings = EngineSettings()
