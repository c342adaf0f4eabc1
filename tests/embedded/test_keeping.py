"""A process that keeps ending waits longer and longer, is told about, and takes nothing else with it."""

import doctest

from deploy.embedded import keeping
from deploy.embedded.doctor import check_machine
from deploy.embedded.host import CannotStart
from deploy.embedded.instance import Instance
from deploy.embedded.keeping import LONGEST_PAUSE, STEADY_SECONDS, Kept
from deploy.embedded.supervisor import Supervisor
from tests.embedded.processes import wait_until


def kept(launch=lambda: None, *, is_running=lambda: False):
    return Kept("worker", is_running, launch, "worker.log", started=0.0)


def test_the_pauses_are_those_that_are_said():
    assert doctest.testmod(keeping).failed == 0


def test_what_ends_at_every_start_is_started_ever_more_rarely():
    starts = []
    broken = kept(lambda: starts.append(now))
    for now in range(600):
        broken.check(now)
    assert len(starts) == 18
    assert starts[-1] - starts[-2] == LONGEST_PAUSE + 1


def test_what_has_lived_long_is_started_at_once():
    steady = kept()
    steady.failures = 9
    assert steady.check(STEADY_SECONDS + 1) == "The process `worker` has ended; starting it again."


def test_a_start_that_is_refused_is_told_and_tried_again():
    def refuse():
        raise CannotStart("Only 3 MB are free.")

    broken = kept(refuse)
    assert broken.check(0.0) == "worker: Only 3 MB are free."
    assert broken.check(0.5) == "worker: Only 3 MB are free."
    assert broken.failures == 2


def test_a_process_that_keeps_ending_leaves_the_others_running_and_is_seen_by_the_doctor(home, capsys):
    instance = Instance(home)
    with instance.locked(), instance.described({}, "http://127.0.0.1:1"), Supervisor(instance) as supervisor:
        supervisor.keep("steady", ["-c", "import time; time.sleep(1000)"])
        supervisor.keep("broken", ["-c", "raise SystemExit(1)"])
        steady = supervisor._children["steady"]

        def waits():
            supervisor.check()
            return instance.waiting.exists()

        wait_until(waits)
        assert steady.running
        assert supervisor._children["steady"] is steady
        findings = [sentence for is_well, sentence in check_machine(instance) if not is_well]
        assert findings == [f"The process broken has ended 6 times in a row: see {instance.logs / 'broken.log'}."]
    assert "next try in 2 s, the others go on" in capsys.readouterr().out
