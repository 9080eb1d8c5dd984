"""One plausible message of every kind, small, for round trips and for damage."""

from typing import Any, Final

import numpy as np
from pydantic import BaseModel

from contracts.control import (
    ClockCommand,
    ClockState,
    DeadLetter,
    Inject,
    InjectAck,
    InjectAction,
    InjectList,
    InjectRequest,
    Presented,
    SensorStatus,
    ServiceStatus,
    SourceMark,
    Trace,
    TraceStage,
    TruthAttribution,
    TruthStates,
    Watermark,
)
from contracts.provenance import Credit, ProvenanceAnswer, ProvenanceQuestion, TrackCycle
from contracts.reports import (
    CyberCategory,
    CyberEffect,
    CyberEvent,
    CyberEvents,
    RadarScan,
    SelfReports,
    SigintIntercepts,
    empty_intercept_columns,
)
from tests.gateway.pictures import EXERCISE, STARTEX_S, WALL_S, a_label, a_picture, a_published

ENVELOPE: Final[dict[str, Any]] = {
    "exercise": EXERCISE,
    "nation": "KOR",
    "sensor": "kor-coast-1",
    "epoch": 3,
    "sequence": 42,
    "measured_from_s": STARTEX_S,
    "measured_to_s": STARTEX_S + 5.0,
    "produced_at_s": WALL_S,
    "label": a_label("KOR", "USA"),
    "reliability": 0.9,
}
SITE: Final[dict[str, Any]] = {
    "site_lat_deg": 34.0,
    "site_lon_deg": 128.0,
    "site_height_m": 120.0,
    "range_max_m": 3e5,
}


def every_message(seed: int = 1, rows: int = 3) -> dict[str, BaseModel]:
    """Return one message of every kind, by kind."""
    made = [*_reports(np.random.default_rng(seed), rows), *_control(rows), a_picture(tracks=rows, seed=seed)]
    made.append(a_published(a_picture(tracks=rows, seed=seed)))
    return {str(message.model_dump()["kind"]): message for message in made}


def a_scan(**fields: Any) -> RadarScan:
    """Return a radar scan of two plots, with other fields where said."""
    known = {
        **ENVELOPE,
        **SITE,
        "scan": 7,
        "revolution_s": 5.0,
        "range_sigma_m": 50.0,
        "azimuth_sigma_rad": 0.003,
        "measured_at_s": np.array([STARTEX_S + 1.0, STARTEX_S + 2.0]),
        "range_m": np.array([1e4, 2e4]),
        "azimuth_rad": np.array([0.1, 6.2]),
        "elevation_rad": np.array([np.nan, 0.01]),
        "height_m": np.array([np.nan, 9000.0]),
        "range_rate_m_per_s": np.array([-3.0, np.nan]),
        "snr_db": np.array([12.0, 30.0]),
    }
    return RadarScan.model_validate({**known, **fields})


def _reports(rng: np.random.Generator, rows: int) -> list[BaseModel]:
    at_s = STARTEX_S + np.sort(rng.uniform(0.0, 5.0, rows))
    start = np.arange(rows + 1) * 2
    return [
        a_scan(
            measured_at_s=at_s,
            range_m=rng.uniform(1e3, 2e5, rows),
            azimuth_rad=rng.uniform(0.0, 6.28, rows),
            elevation_rad=np.full(rows, np.nan),
            height_m=np.where(rng.random(rows) < 0.5, np.nan, 9000.0),
            range_rate_m_per_s=rng.uniform(-300.0, 300.0, rows),
            snr_db=rng.uniform(5.0, 40.0, rows),
        ),
        SigintIntercepts(
            **ENVELOPE,
            **SITE,
            **(empty_intercept_columns(rows) | {"frequency_hz": rng.uniform(1e9, 1e10, rows)}),
            measured_at_s=at_s,
            bearing_rad=rng.uniform(0.0, 6.28, rows),
            bearing_sigma_rad=np.full(rows, 0.02),
            notations=("EX-101", "EX-302"),
            candidate_start=start,
            candidate_notation=np.tile([0, 1], rows),
            candidate_confidence=np.tile([0.7, 0.3], rows),
        ),
        SelfReports(
            **ENVELOPE,
            measured_at_s=at_s,
            claimed_id=rng.integers(200_000_000, 800_000_000, rows),
            lat_deg=rng.uniform(30.0, 35.0, rows),
            lon_deg=rng.uniform(-180.0, 180.0, rows),
            height_m=np.full(rows, np.nan),
            course_rad=rng.uniform(0.0, 6.28, rows),
            speed_m_per_s=np.full(rows, np.nan),
            position_sigma_m=np.full(rows, 10.0),
            platform=np.full(rows, 15),
            name=tuple(f"MV EXAMPLE {row}" for row in range(rows)),
        ),
        CyberEvents(
            **ENVELOPE,
            events=(
                CyberEvent(
                    event_id="event-1",
                    category=CyberCategory.SPOOFING,
                    technique="T0856",
                    asset_kind="platform",
                    asset_id="440123456",
                    effect=CyberEffect.SPOOFED_POSITION,
                    confidence=0.8,
                    measured_at_s=STARTEX_S,
                    first_seen_s=STARTEX_S,
                    last_seen_s=STARTEX_S,
                    summary="naïve spoofing 詐称",
                ),
            ),
        ),
    ]


def _control(rows: int) -> list[BaseModel]:
    request = InjectRequest(
        exercise=EXERCISE,
        request_id="ask-1",
        action=InjectAction.JAM,
        requested_at_s=WALL_S,
        lat_deg=34.0,
        lon_deg=-179.9,
        radius_m=4e4,
    )
    inject = Inject(
        exercise=EXERCISE,
        inject_id="inj-0001",
        effective_at_s=STARTEX_S,
        accepted_at_s=WALL_S,
        request=request,
    )
    return [
        ClockState(
            exercise=EXERCISE,
            startex_s=STARTEX_S,
            wall_at_s=WALL_S,
            exercise_at_s=STARTEX_S,
            rate=2.0,
            running=True,
            revision=4,
        ),
        ClockCommand(exercise=EXERCISE, command="rate", rate=10.0),
        request,
        inject,
        InjectList(exercise=EXERCISE, injects=(inject,)),
        InjectAck(exercise=EXERCISE, request_id="ask-1", accepted=True, inject=inject),
        Trace(
            exercise=EXERCISE,
            inject_id="inj-0001",
            action=InjectAction.JAM,
            subject="area",
            open=True,
            stages=(TraceStage(stage="requested", state="done", wall_at_s=WALL_S, detail="by api"),),
        ),
        SensorStatus(
            exercise=EXERCISE,
            nation="KOR",
            discipline="radar",
            sensor="kor-coast-1",
            sensor_kind="radar",
            state="online",
            at_s=WALL_S,
            label=a_label(),
        ),
        ProvenanceQuestion(exercise=EXERCISE, request_id="why-1", scope="JPN", track_number=7, cycle=3),
        ProvenanceAnswer(
            exercise=EXERCISE,
            request_id="why-1",
            scope="JPN",
            track_number=7,
            state="told",
            cycle=3,
            valid_at_s=STARTEX_S + 90.0,
            track_id="0123456789abcdef" * 2,
            cycles=(TrackCycle(cycle=3, valid_at_s=STARTEX_S + 90.0),),
            credits=tuple(
                Credit(
                    source="kor-coast-1",
                    epoch=3,
                    sequence=42,
                    row=row,
                    measured_at_s=STARTEX_S + 88.5,
                    residual_sigma=0.7 if row else None,
                    weight=0.4 if row else None,
                    trust=0.9,
                    founding=not row,
                )
                for row in range(rows)
            ),
        ),
        ServiceStatus(
            exercise=EXERCISE,
            service="fusion",
            state="online",
            at_s=WALL_S,
            started_at_s=WALL_S,
            counters={"batches": 3.0},
        ),
        Watermark(
            exercise=EXERCISE, consumer="fusion", marks={"kor-coast-1": SourceMark(epoch=0, sequence=-1)}
        ),
        DeadLetter(
            exercise=EXERCISE,
            topic="triptych/v1/corridor/KOR/radar/kor-coast-1/reports",
            reason="future",
            field="measured_to_s",
            detail="wanted the past",
            received_at_s=WALL_S,
            size_bytes=3,
            payload_hex="00ff",
        ),
        Presented(
            exercise=EXERCISE,
            scope="ALL",
            session="s-1",
            cycle=3,
            sent_at_s=WALL_S,
            decoded_at_s=WALL_S,
            drawn_at_s=WALL_S,
            presented_at_s=WALL_S,
            clock_error_s=0.001,
            estimated=True,
            tracks=4,
        ),
        TruthStates(
            exercise=EXERCISE,
            at_s=STARTEX_S,
            name=tuple(f"mv-{row}" for row in range(rows)),
            side=("neutral",) * rows,
            inject_id=("",) * rows,
            platform=np.full(rows, 15),
            detectable=np.ones(rows),
            lat_deg=np.full(rows, 34.0),
            lon_deg=np.full(rows, 128.0),
            height_m=np.zeros(rows),
            v_east_m_per_s=np.ones(rows),
            v_north_m_per_s=np.ones(rows),
        ),
        TruthAttribution(
            exercise=EXERCISE,
            sensor="kor-coast-1",
            sequence=3,
            name=("mv-1",),
            row_platform=np.array([0, -1]),
        ),
    ]
