"""A log that has grown full is put aside while its process goes on writing."""

import subprocess
import sys

from deploy.embedded.log_files import rotate
from deploy.embedded.processes import start

WRITER = "import sys\nfor line in sys.stdin:\n    print(line * 40, end='', flush=True)"


def test_a_full_log_is_kept_once_and_its_process_goes_on_at_the_beginning(tmp_path):
    log = tmp_path / "worker.log"
    with log.open("ab") as output:
        writer = subprocess.Popen([sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=output, text=True)
    writer.stdin.write("before\n")
    writer.stdin.flush()
    while log.stat().st_size < 280:
        assert writer.poll() is None
    rotate([tmp_path], limit=100)
    assert (tmp_path / "worker.old").read_text() == "before\n" * 40
    writer.communicate("after\n")
    assert log.read_text() == "after\n" * 40


def test_a_log_that_is_not_full_stays(tmp_path):
    child = start("echo", ["/bin/echo", "hello"], log=tmp_path / "echo.log")
    child.process.wait()
    rotate([tmp_path], limit=100)
    assert (tmp_path / "echo.log").read_text() == "hello\n"
    assert not (tmp_path / "echo.old").exists()
