"""The pages of `/docs`: what they say to paste works in the demo, and both languages say the same."""

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from deploy.embedded.origin import create_origin
from services.reporting_worker.prose.printers import PRINTERS
from shared.models.edition import ItemKind
from shared.settings import Settings
from shared.web.docs import GUIDES, Pages, guide_text, slug_of
from shared.web.merging import merged_openapi
from shared.web.reference import Operation, operations
from shared.web.words import has_french
from tests.docs.conftest import Demo
from tests.docs.tour import steps_of

PROGRAMS = ".venv/bin/"
MARK = "\n--- end of block ---\n"
KINDS = set(PRINTERS)
STEP_BY_STEP = [guide for guide in GUIDES if guide != "texts-and-tokens"]
NEEDS_ANOTHER_STATE = {
    "approve_reviewed_edition", "accept_failed_control", "delete_activity", "delete_project", "edit_edition", "freeze_approved_edition",
    "return_edition_to_draft", "submit_edition_for_review", "withdraw_contribution",
}  # fmt: skip
"""The demo's bulletin is frozen, its projects are beyond their drafts, its contributions have entries: these refuse, and
say so."""


@pytest.fixture
def document(settings_for: Callable[..., Settings]) -> dict:
    settings = settings_for("postgresql://nowhere/x", "redis://nowhere")
    return merged_openapi(create_origin(settings)._applications)


@pytest.mark.whole
async def test_every_block_of_the_guides_and_every_example_of_the_reference_works(demo: Demo, document: dict) -> None:
    for guide in STEP_BY_STEP:
        steps = steps_of(guide_text(guide, "en"))
        assert len(steps) > 3
        script = "\n".join(f"{step.commands}\nprintf %s '{MARK}'" for step in steps)
        script = script.replace(PROGRAMS, f"{Path(sys.executable).parent}/")
        answers = (await demo.run("bash", "-eu", "-c", script)).split(MARK)
        assert answers.pop() == ""
        for step, answer in zip(steps, answers, strict=True):
            assert step.answer is None or step.is_answered_by(answer), f"{step.commands}\nanswers\n{answer}"
    await _try_examples(demo, document)


def _in_order(one: Operation) -> tuple[str, int]:
    """What is created before it is read, what is read before it is deleted."""
    return one.path, ["POST", "PUT", "PATCH", "GET", "DELETE"].index(one.method)


async def _try_examples(demo: Demo, document: dict) -> None:
    """Paste every command of the reference, as an administrator; those for rows without a name are left out."""
    token = (await demo.run(str(Path(sys.executable).parent / "djoliba"), "token", "admin")).strip()
    wrong = []
    async with httpx.AsyncClient(base_url=demo.url, timeout=60, trust_env=False) as client:
        for one in sorted((one for _, one in operations(document)), key=_in_order):
            words = shlex.split(one.curl)
            address = words[-1].partition("/v1/")[2]
            is_file = one.name in {"record_rate_file", "take_in_register"} or re.match(
                r"(take|mark)_\w+_workbook", one.name
            )
            if "{" in address or is_file or one.name == "propose_correction":
                continue
            headers = dict(word.split(": ", 1) for word in words if re.match(r"[A-Za-z-]+: ", word))
            headers |= {"Authorization": f"Bearer {token}", "Idempotency-Key": one.name}
            body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
            answer = await client.request(one.method, f"/v1/{address}", headers=headers, json=body)
            if answer.status_code in {201, 202}:
                created = await client.get(answer.headers["Location"], headers=headers)
                if created.status_code != 200:
                    wrong.append(f"{one.name}: {answer.headers['Location']} answers {created.status_code}")
            expected = {409} if one.name in NEEDS_ANOTHER_STATE else {200, 201, 202, 204}
            if answer.status_code not in expected:
                wrong.append(f"{one.name}: {answer.status_code} {answer.text[:300]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("guide", STEP_BY_STEP)
def test_both_languages_give_the_same_commands(guide: str) -> None:
    assert steps_of(guide_text(guide, "fr")) == steps_of(guide_text(guide, "en"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_token_and_every_kind_of_item_is_explained(language: str) -> None:
    text = guide_text("texts-and-tokens", language)
    assert set(re.findall(r"\{([a-z_]+):", text)) == KINDS
    assert {kind for kind in ItemKind if f"`{kind}`" not in text} == set()


def test_every_member_of_the_contract_has_a_meaning(document: dict) -> None:
    silent = [
        f"{name}.{member}"
        for name, schema in document["components"]["schemas"].items()
        for member, part in schema.get("properties", {}).items()
        if not part.get("description")
    ]
    assert not silent, f"say what they mean, in the model or in shared/web/words/fields.toml: {silent}"


def test_every_sentence_of_the_reference_is_there_in_french(document: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    missing: set[str] = set()

    def listening(sentence: str, language: str) -> str:
        if not has_french(sentence):
            missing.add(sentence)
        return sentence

    monkeypatch.setattr("shared.web.docs.translated", listening)
    pages = Pages(document)
    tags = {slug_of(tag) for tag, _ in operations(document)}
    for name in ("", "errors", *tags):
        pages.render(name, "fr")
    assert not missing, f"add them to shared/web/words/french.po: {missing}"
