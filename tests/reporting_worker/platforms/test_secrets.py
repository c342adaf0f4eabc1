"""Secrets by name: what is found in the one place, and that nothing else of the host can be reached."""

import os

import pytest

from services.reporting_worker.platforms.secrets import SecretMissing, read_secret


@pytest.fixture
def folder(settings):
    settings.secrets_folder.mkdir()
    return settings.secrets_folder


async def test_the_password_is_the_line_in_the_file_of_that_name(settings, folder):
    (folder / "ptf").write_text("abcd efgh ijkl\n")
    assert (await read_secret("ptf", settings)).get_secret_value() == "abcd efgh ijkl"


async def test_a_mounted_secret_may_be_a_link_within_its_folder(settings, folder):
    (folder / "..2026").mkdir()
    (folder / "..2026" / "ptf").write_text("abcd")
    (folder / "..data").symlink_to("..2026")
    (folder / "ptf").symlink_to("..data/ptf")
    assert (await read_secret("ptf", settings)).get_secret_value() == "abcd"


async def test_without_a_folder_it_is_the_variable_of_that_name(settings, monkeypatch):
    monkeypatch.setenv("DJOLIBA_SECRET_PTF_ARCHIVE", "abcd")
    plain = settings.model_copy(update={"secrets_folder": None})
    assert (await read_secret("ptf-archive", plain)).get_secret_value() == "abcd"
    with pytest.raises(SecretMissing, match="DJOLIBA_SECRET_OTHER"):
        await read_secret("other", plain)


@pytest.mark.parametrize(
    "name",
    ["../keys/private.pem", "/etc/passwd", "file:/etc/passwd", "env:PATH", "..", ".", "", "a/b", "A", "a\x00b", "a" * 61],
)  # fmt: skip
async def test_only_a_name_is_looked_for(settings, folder, name):
    (folder.parent / "private.pem").write_text("key")
    with pytest.raises(SecretMissing, match="is not the name"):
        await read_secret(name, settings)


def a_pipe(place):
    os.mkfifo(place)


def a_device(place):
    place.symlink_to("/dev/zero")


def a_folder(place):
    place.mkdir()


def a_link_out(place):
    (place.parent.parent / "private.pem").write_text("key")
    place.symlink_to("../private.pem")


def a_circle(place):
    place.symlink_to(place)


def a_long_file(place):
    place.write_bytes(b"x" * 10_000)


def several_lines(place):
    place.write_text("-----BEGIN PRIVATE KEY-----\nabc\n")


def no_text(place):
    place.write_bytes(b"\xff\xfe\x00")


def nothing(place):
    place.write_text("\n")


@pytest.mark.parametrize(
    "make", [a_pipe, a_device, a_folder, a_link_out, a_circle, a_long_file, several_lines, no_text, nothing]
)
async def test_what_is_no_password_is_refused_without_waiting_for_it_or_telling_it(settings, folder, make):
    make(folder / "ptf")
    with pytest.raises(SecretMissing) as refused:
        await read_secret("ptf", settings)
    assert "PRIVATE" not in str(refused.value)
