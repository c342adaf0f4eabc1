"""The README's ten minutes with curl: every block is run, and must answer what stands below it."""

import sys
from pathlib import Path

import pytest

from tests.docs.conftest import Demo
from tests.docs.tour import ROOT, tour

pytestmark = pytest.mark.whole

PROGRAMS = ".venv/bin/"
MARK = "\n--- end of block ---\n"


async def test_every_block_of_the_tour_answers_what_stands_below_it(demo: Demo) -> None:
    steps = tour((ROOT / "README.md").read_text())
    assert len(steps) > 8
    script = "\n".join(f"{step.commands}\nprintf %s '{MARK}'" for step in steps)
    script = script.replace(PROGRAMS, f"{Path(sys.executable).parent}/")
    answers = (await demo.run("bash", "-eu", "-c", script)).split(MARK)
    assert answers.pop() == ""
    for step, answer in zip(steps, answers, strict=True):
        assert step.answer is None or step.is_answered_by(answer), f"{step.commands}\nanswers\n{answer}"
