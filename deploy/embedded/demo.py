"""What `djoliba demo` shows once the applications are up."""

from deploy.embedded.supervisor import Supervisor, say


def show_demo(supervisor: Supervisor) -> None:
    """Print where to look."""
    say(f"{supervisor.url}/docs")
