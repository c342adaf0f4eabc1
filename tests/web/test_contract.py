"""A few requests of every operation, held against the document; `make accept` asks thousands (accept/test_contract.py)."""

from pathlib import Path

import pytest

from tests.contract import judge

pytestmark = pytest.mark.whole


@pytest.mark.timeout(900)  # a second for an operation on a machine that does much else; 15 s where it does not
async def test_every_operation_answers_as_its_document_says(origin, token_for, tmp_path: Path) -> None:
    judgement = await judge(origin, token_for("admin", "awa"), tmp_path, "--phases", "fuzzing", "-n", "1")
    assert judgement.is_kept, judgement.printed
    assert judgement.requests >= 100
