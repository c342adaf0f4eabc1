"""What the jobs of this service use beside what every job has."""

from dataclasses import dataclass

from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.rendering.renderer import Renderer
from shared.database import Pool
from shared.worker import WorkerContext


@dataclass
class ReportingContext(WorkerContext):
    """The read pool, the warm renderer, and where frozen files lie."""

    reads: Pool
    renderer: Renderer
    artefacts: ArtefactStore
