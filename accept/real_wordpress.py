"""A real WordPress with MariaDB, unpacked from Debian's packages into one folder: nothing is installed on the machine.

Run by `make accept` (as root, since MariaDB and `apt-get -d` want it; about 90 s the first time):
`python -m accept.real_wordpress up|down --folder DIR --port P`. `up` prints the accounts as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PACKAGES = [
    "wordpress",
    "wordpress-theme-twentytwentythree",
    "mariadb-server",
    "php8.2-cli",
    "php8.2-mysql",
    "php8.2-curl",
    "php8.2-gd",
    "php8.2-xml",
    "php8.2-mbstring",
    "php8.2-intl",
    "php8.2-zip",
]
# mysqlnd must come before mysqli, and dom before xmlreader, or PHP refuses the later one.
EXTENSIONS = [
    "mysqlnd",
    "ctype",
    "curl",
    "dom",
    "exif",
    "fileinfo",
    "gd",
    "iconv",
    "intl",
    "mbstring",
    "mysqli",
    "phar",
    "posix",
    "simplexml",
    "sockets",
    "tokenizer",
    "xml",
    "xmlreader",
    "xmlwriter",
    "zip",
]
CATEGORIES = {"bulletins": "Bulletins", "gt3-decentralisation": "GT3 Décentralisation"}
HERE = Path(__file__).parent / "wordpress"


class RealWordPress:
    """One WordPress below `folder`, at `http://127.0.0.1:<port>`; `up` and `down` may be repeated."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.root, self.site, self.data = folder / "root", folder / "site", folder / "db"
        self.socket = folder / "my.sock"
        self._started: list[subprocess.Popen[bytes]] = []
        libraries = [str(self.root / place) for place in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")]
        self.environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": ":".join(libraries)}
        self.php = [str(self.root / "usr/bin/php8.2"), "-n", "-c", str(folder / "php.ini")]

    def up(self) -> dict[str, object]:
        """Unpack, start the database and the site; gives `url`, `version` and `accounts` by role."""
        for tool in ("apt-get", "dpkg-deb"):
            if shutil.which(tool) is None:
                raise SystemExit(f"The real WordPress comes from Debian's packages, and {tool} is not here.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._unpack()
        self._configure()
        self._start_database()
        installed = json.loads(
            self._run([*self.php, str(HERE / "install.php"), str(self.site), json.dumps(CATEGORIES)])
        )
        self._start_site()
        return {"url": f"http://127.0.0.1:{self.port}", **installed}

    def down(self) -> None:
        """Stop the two processes that `up` started, and only those."""
        for name in ("php", "mariadb"):
            record = self.folder / f"{name}.pid"
            if record.exists():
                group = int(record.read_text())
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGTERM)
                record.unlink()
        for process in self._started:
            process.wait(30)

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed ({done.returncode}): {done.stderr.strip() or done.stdout}")
        return done.stdout

    def _spawn(self, name: str, command: list[str], **extra: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment | extra, stdout=log, stderr=log, start_new_session=True
            )
        (self.folder / f"{name}.pid").write_text(str(process.pid))
        self._started.append(process)

    def _unpack(self) -> None:
        if (self.root / "usr/bin/php8.2").exists():
            return
        archives = self.folder / "debs"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        # Only a download into our own folder: the package manager's lock protects nothing that is touched here.
        options = ["-o", "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={archives}"]
        fetch = [*options, "install", "-d", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        if self._apt(fetch) is not None:
            self._apt(["update", "-qq"])  # the lists may never have been read on this machine
            if (complaint := self._apt(fetch)) is not None:
                raise SystemExit(f"apt-get could not fetch WordPress: {complaint}")
        for package in sorted(archives.glob("*.deb")):
            self._run(["dpkg-deb", "-x", str(package), str(self.root)])

    @staticmethod
    def _apt(arguments: list[str]) -> str | None:
        """What apt-get complains about, or None."""
        done = subprocess.run(["apt-get", *arguments], capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else done.stderr.strip()

    def _configure(self) -> None:
        modules = next((self.root / "usr/lib/php").glob("2022*"))
        loaded = [f"extension={name}.so" for name in EXTENSIONS if (modules / f"{name}.so").exists()]
        limits = [
            f"extension_dir={modules}",
            "memory_limit=256M",
            "upload_max_filesize=2M",  # PHP's own default, and what shared hosting gives: a bulletin must fit
            "post_max_size=8M",
            "date.timezone=UTC",
            "sendmail_path=/bin/true",
            f"mysqli.default_socket={self.socket}",
        ]
        (self.folder / "php.ini").write_text("\n".join([*limits, *loaded]) + "\n")
        if not (self.site / "index.php").exists():
            # Debian links some libraries out of the package: copy what the links point to, skip what is absent.
            for source in (self.root / "usr/share/wordpress", self.root / "var/lib/wordpress"):
                subprocess.run(["cp", "-rL", f"{source}/.", str(self.site)], capture_output=True, check=False)
            for name in ("uploads", "themes", "plugins", "mu-plugins"):
                (self.site / "wp-content" / name).mkdir(parents=True, exist_ok=True)
        (self.site / "wp-config.php").write_text(self._wp_config())

    def _wp_config(self) -> str:
        here = f"http://127.0.0.1:{self.port}"
        constants = {
            "DB_NAME": "wp", "DB_USER": "root", "DB_PASSWORD": "", "DB_HOST": f"localhost:{self.socket}",
            "DB_CHARSET": "utf8mb4", "DB_COLLATE": "", "WP_HOME": here, "WP_SITEURL": here,
            # WordPress offers application passwords over plain http only to a "local" site.
            "WP_ENVIRONMENT_TYPE": "local", "WP_HTTP_BLOCK_EXTERNAL": True, "AUTOMATIC_UPDATER_DISABLED": True,
            "DISABLE_WP_CRON": True,
        }  # fmt: skip
        for key in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE"):
            constants |= {f"{key}_KEY": f"bench {key} key", f"{key}_SALT": f"bench {key} salt"}
        lines = [f"define({name!r}, {json.dumps(value)});" for name, value in constants.items()]
        tail = "$table_prefix = 'wp_';\nif (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');"
        return "\n".join(["<?php", *lines, tail, "require_once ABSPATH . 'wp-settings.php';"]) + "\n"

    def _start_database(self) -> None:
        usr = self.root / "usr"
        if not (self.data / "mysql").exists():
            self.data.mkdir(exist_ok=True)
            self._run(
                [
                    f"{usr}/bin/mariadb-install-db",
                    "--no-defaults",
                    "--user=root",
                    f"--basedir={usr}",
                    f"--datadir={self.data}",
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--force",
                ]
            )
        self._spawn(
            "mariadb",
            [
                f"{usr}/sbin/mariadbd",
                "--no-defaults",
                "--user=root",
                f"--basedir={usr}",
                "--skip-networking",
                f"--lc-messages-dir={usr}/share/mysql",
                f"--plugin-dir={usr}/lib/mysql/plugin",
                f"--datadir={self.data}",
                f"--socket={self.socket}",
                "--innodb-buffer-pool-size=64M",
            ],
        )
        client = [f"{usr}/bin/mariadb", "--no-defaults", "-uroot", "-S", str(self.socket), "-e"]
        statement = "CREATE DATABASE IF NOT EXISTS wp CHARACTER SET utf8mb4"
        self._until("MariaDB", lambda: self._succeeds([*client, statement]))

    def _start_site(self) -> None:
        address = f"127.0.0.1:{self.port}"
        command = [*self.php, "-S", address, "-t", str(self.site), str(HERE / "router.php")]
        self._spawn("php", command, PHP_CLI_SERVER_WORKERS="4")
        self._until("WordPress", lambda: self._answers(f"http://{address}/wp-json/"))

    def _succeeds(self, command: list[str]) -> bool:
        return subprocess.run(command, env=self.environment, capture_output=True, check=False).returncode == 0

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def _until(self, what: str, ready: object) -> None:
        deadline = time.monotonic() + 60
        while not ready():  # type: ignore[operator]
            if time.monotonic() > deadline:
                raise SystemExit(f"{what} did not answer within 60 s; its log is in {self.folder}.")
            time.sleep(0.25)


def main() -> None:
    """Command line of the acceptance run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("up", "down"))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8097)
    options = parser.parse_args()
    site = RealWordPress(options.folder.resolve(), options.port)
    if options.action == "down":
        site.down()
        return
    json.dump(site.up(), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
