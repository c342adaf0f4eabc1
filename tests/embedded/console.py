"""The console as a person uses it: a process of its own, in an environment that is said."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.embedded.host import default_home

DJOLIBA = Path(sys.executable).parent / "djoliba"


@dataclass(frozen=True)
class Console:
    """A terminal of a user of whom nobody else knows."""

    folder: Path
    """Stands for the user's home and for the machine's folder of temporary files."""

    def environment(self, **variables: str) -> dict[str, str]:
        """What a process started in this terminal finds."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "usual"),
            "TMPDIR": str(self.folder),
            **variables,
        }

    @property
    def usual_home(self) -> Path:
        """Where this user's data lies unless they say otherwise."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOME", str(self.folder))
            patch.setenv("XDG_DATA_HOME", str(self.folder / "usual"))
            return default_home()

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`djoliba WORDS` to its end."""
        return subprocess.run(
            [DJOLIBA, *words],
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
