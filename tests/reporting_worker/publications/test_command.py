"""`djoliba publish` on a database of its own: what it prints is what the platform holds."""

import asyncio
import os
import sys

import pytest

from shared.models import Platform
from tests.reporting_worker.platforms.sandbox import ROOT

pytestmark = pytest.mark.whole


async def djoliba(settings, origin, *words, home):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.embedded.cli",
        "publish",
        *words,
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "REDIS_URL": settings.redis_url.get_secret_value(),
            "DJOLIBA_PUBLIC_URL": origin,
            "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
            "DJOLIBA_ENVIRONMENT": "test",
            "DJOLIBA_HOME": str(home),
            "DJOLIBA_SECRETS_FOLDER": str(settings.secrets_folder),
            "DJOLIBA_ALLOW_LOOPBACK_PLATFORMS": "true",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_status_tells_what_reached_the_platform_with_its_proof(desk, settings, origin, tmp_path):
    _, said = await djoliba(settings, origin, "status", home=tmp_path)
    assert "Nothing has been promised" in said
    delivery = await desk.publish()
    await desk.turn()
    code, said = await djoliba(settings, origin, "status", "--edition", "2022-02", home=tmp_path)
    assert code == 0, said
    receipts = await desk.receipts(delivery)
    assert "2022-02 fr -> ptf  delivered" in said
    for step in ("media", "post"):
        assert f"{step} {receipts[step]['external_id']}  {receipts[step]['url']}  (created, visible)" in said
    assert delivery.artefact_sha256 in said


async def test_a_platform_is_tried_held_and_let_go_on(desk, settings, origin, tmp_path):
    code, said = await djoliba(settings, origin, "test", "ptf", home=tmp_path)
    assert (code, said.count("ok  ")) == (0, 3), said
    code, said = await djoliba(settings, origin, "pause", "ptf", "--reason", "They move house.", home=tmp_path)
    assert (code, (await desk.platform_now())["paused_reason"]) == (0, "They move house."), said
    code, said = await djoliba(settings, origin, "resume", "ptf", "--reason", "They have moved.", home=tmp_path)
    assert code == 0, said
    (row,) = await desk.rows(Platform)
    assert not row["is_paused"]
    code, said = await djoliba(settings, origin, "replay", "00000000-0000-7000-8000-000000000000", home=tmp_path)
    assert (code, "There is no delivery" in said) == (1, True)
