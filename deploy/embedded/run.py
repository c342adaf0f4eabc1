"""`djoliba up` and `djoliba demo`: one process that starts, watches and stops all the others."""

import argparse
import os
import sys

from deploy.embedded.demo import show_demo, start_platform
from deploy.embedded.host import CannotStart, default_home
from deploy.embedded.instance import LOOPBACK_PLATFORMS, export_line, this_instance
from deploy.embedded.supervisor import PORT, Stopped, Supervisor, say


def main() -> int:
    """Run until a stop signal; the exit status."""
    parser = argparse.ArgumentParser(prog="djoliba")
    parser.add_argument("command", choices=("up", "demo"))
    parser.add_argument("--port", type=int)
    chosen = parser.parse_args()
    if chosen.command == "demo":
        os.environ.setdefault(LOOPBACK_PLATFORMS, "true")
    supervisor = Supervisor(this_instance(), chosen.port or PORT, port_is_wish=chosen.port is None)
    try:
        with supervisor:
            supervisor.start_servers()
            if chosen.command == "demo":
                platform_port = start_platform(supervisor)
                supervisor.start_applications()
                show_demo(supervisor, platform_port)
            else:
                supervisor.start_applications()
                say(f"Djoliba is up; stop it with Ctrl-C.\n{supervisor.url}/docs")
            if (home := supervisor.instance.home) != default_home():
                say(f"In other terminals: {export_line(home)}")
            supervisor.watch()
    except Stopped:
        say("Stopped.")
        return 0
    except CannotStart as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
