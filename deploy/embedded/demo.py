"""What `djoliba demo` adds to `djoliba up`: the sandbox platform, the reference portfolio and its bulletin."""

import json
import os

from deploy.embedded.supervisor import HOST, PLATFORM_PORT, Supervisor, answers, free_port, say

ACCOUNT = "djoliba-author"
"""The sandbox account that we publish with: an author's rights suffice."""

FROZEN_PAGE = "/bulletins/2022-02/fr"
"""Answers 200 once the reference edition is frozen, hence loaded."""


def start_platform(supervisor: Supervisor) -> int:
    """Start the sandbox platform where it was last time, if that port is still free; its port."""
    kept = supervisor.instance.platform / "port"
    wanted = int(kept.read_text()) if kept.exists() else PLATFORM_PORT
    port = free_port(wanted)
    if port != wanted:
        say(f"Port {wanted} is taken; the sandbox platform uses {port}.")
    kept.write_text(str(port))
    data = ["--data", str(supervisor.instance.platform)]
    supervisor.keep("platform", ["-m", "deploy.sandbox_platform", "--port", str(port), *data])
    return port


def show_demo(supervisor: Supervisor, platform_port: int) -> None:
    """Load, compile, approve, freeze and deliver what has not been yet, and print where to look."""
    if not answers(supervisor.port, FROZEN_PAGE):
        say("Loading the reference portfolio (1,100 projects) ...")
        supervisor.run("load", ["-m", "deploy.embedded.cli", "load", "reference"])
        say("Compiling its bulletin ...")
    supervisor.wait_for(platform_port, "/wp-json/", "The sandbox platform")
    secret = _keep_secret(supervisor, platform_port)
    supervisor.run(
        "showcase",
        [
            *("-m", "deploy.embedded.showcase", "--origin", supervisor.url, "--home", str(supervisor.instance.home)),
            *("--platform", f"http://{HOST}:{platform_port}", "--secret", secret),
        ],
        show=say,
    )


def _keep_secret(supervisor: Supervisor, platform_port: int) -> str:
    """Put the account's password among the secrets, under a name of this address' own; that name."""
    accounts = json.loads((supervisor.instance.platform / "accounts.json").read_text())
    secret = supervisor.instance.secrets / f"sandbox-{platform_port}"
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(accounts[ACCOUNT]["password"])
    supervisor.account.own(secret)
    return secret.name
