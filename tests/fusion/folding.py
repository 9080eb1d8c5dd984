"""Fold batches in the order of the fold and draw: the engine without its service."""

from collections.abc import Iterable

from contracts.labels import Scope
from contracts.picture import Picture
from contracts.reports import ReportBatch
from fusion.belief import Belief
from fusion.drawing import draw
from fusion.engine import close, fold
from fusion.observations import observe
from fusion.settings import EngineSettings
from tests.fusion.sky import START_S

SETTINGS = EngineSettings()


def in_order(batches: Iterable[ReportBatch]) -> list[ReportBatch]:
    return sorted(batches, key=lambda b: (b.measured_to_s, b.source, b.epoch, b.sequence))


def folded(
    batches: Iterable[ReportBatch], settings: EngineSettings = SETTINGS, scope: Scope = "ALL"
) -> Belief:
    belief = Belief("test", scope)
    for batch in in_order(batches):
        fold(belief, batch, observe(batch, settings), settings)
    return belief


def picture_of(
    batches: Iterable[ReportBatch], after_s: float, settings: EngineSettings = SETTINGS
) -> Picture:
    belief = folded(batches, settings)
    close(belief, START_S + after_s, settings)
    return draw(belief, 0, START_S, START_S + after_s, settings)
