"""`?dry_run=true`: a write that is checked whole, answered, and rolled back; every write takes it."""

from starlette.requests import Request
from starlette.responses import Response

from shared.errors import Fault
from shared.web.parameters import refused

DRY_RUN = "dry_run"


class Tried(Exception):
    """A dry run has come to its end."""

    def __init__(self, answer: Response) -> None:
        del answer.headers["Location"]  # nothing is there
        answer.headers["Dry-Run"] = "true"
        self.answer = answer
        super().__init__()


def is_dry_run(request: Request) -> bool:
    """Whether a write is only to be tried.

    Raises:
        UnknownParameter: the parameter says something else than true or false.
    """
    given = request.query_params.get(DRY_RUN, "false")
    if given not in {"true", "false"}:
        detail = {"fr": "Écrivez true ou false.", "en": "Write true or false."}
        raise refused([Fault(DRY_RUN, detail, "bool_parsing")])
    return given == "true"
