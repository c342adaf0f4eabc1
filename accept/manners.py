"""A conversation with a WordPress whose every answer is noted in a comparable form: status, error code, slugs, totals."""

import re
from typing import Any

import httpx

PDF = b"%PDF-1.7\n" + b"1 0 obj<<>>endobj\n" * 20
API = "/wp-json/wp/v2"


class Conversation:
    """Speaks to one site as an author, an editor, a contributor and nobody; `notes` is what came back."""

    def __init__(self, site: Any, key: str) -> None:
        self.key, self.notes = key, []
        self.callers = {"nobody": httpx.Client(base_url=site.url, trust_env=False, timeout=30)}
        for role, account in site.accounts.items():
            auth = (account["user"], account["password"])
            self.callers[role] = httpx.Client(base_url=site.url, auth=auth, trust_env=False, timeout=30)
        wrong = (site.accounts["author"]["user"], "wrong wrong")
        self.callers["impostor"] = httpx.Client(base_url=site.url, auth=wrong, trust_env=False, timeout=30)

    def close(self) -> None:
        for caller in self.callers.values():
            caller.close()

    def ask(self, caller: str, method: str, path: str, **request: Any) -> Any:
        answer = self.callers[caller].request(method, f"{API}{path}", **request)
        body = answer.json() if answer.content else None
        shown = re.sub(r"\d{2,}", "N", re.sub(r"/\d+", "/ID", path))
        self.notes.append((caller, method, shown, answer.status_code, *self._essence(answer, body)))
        return body

    def _essence(self, answer: httpx.Response, body: Any) -> tuple[Any, ...]:
        kind = answer.headers["content-type"].lower()
        if isinstance(body, list):
            return kind, sorted((entry.get("slug"), entry.get("status")) for entry in body)
        if isinstance(body, dict) and "code" in body:
            return kind, body["code"], body["message"], sorted(body["data"].get("params", {}).items())
        if isinstance(body, dict):
            names = (
                "slug",
                "status",
                "type",
                "media_type",
                "mime_type",
                "meta",
                "categories",
                "deleted",
                "name",
                "roles",
            )
            file_name = str(body.get("source_url", "")).rpartition("/")[2]
            located = bool(re.search(r"/wp-json/wp/v2/\w+/\d+$", answer.headers.get("location", "")))
            visible = sorted(name for name in ("password", "generated_slug", "permalink_template") if name in body)
            essence = {name: body[name] for name in names if name in body and name != "categories"}
            return kind, sorted(essence.items(), key=str), file_name, located, visible
        return (kind,)

    def upload(self, caller: str, name: str | None, data: bytes, media_type: str | None = "application/pdf") -> Any:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'} if name else {}
        if media_type:
            headers["Content-Type"] = media_type
        return self.ask(caller, "POST", "/media", content=data, headers=headers)

    def run(self) -> list[tuple[Any, ...]]:
        self._who_may()
        media = self._media()
        post = self._posts()
        self._lists()
        self._removals(media, post)
        return self.notes

    def _who_may(self) -> None:
        for caller in ("nobody", "impostor", "author"):
            self.ask(caller, "GET", "/users/me")
            self.ask(caller, "GET", "/posts?status=any&slug=none")
            self.ask(caller, "GET", "/posts?context=edit&slug=none")
            self.ask(caller, "GET", "/media?status=any")
        for caller in ("nobody", "impostor"):
            self.ask(caller, "POST", "/posts", json={"title": "x"})
            self.upload(caller, "x.pdf", PDF)
        self.upload("contributor", "x.pdf", PDF)
        self.ask("contributor", "POST", "/posts", json={"title": "x", "content": "y", "status": "publish"})
        self.ask("author", "POST", "/categories", json={"name": "x"})
        self.ask("nobody", "GET", "/categories?slug=bulletins,none")

    def _media(self) -> Any:
        media = self.upload("author", f"dj-{self.key}-v1.pdf", PDF)
        self.upload("author", f"dj-{self.key}-v1.pdf", PDF)
        self.upload("author", f"dj-{self.key}-v1.pdf", PDF + b"other")
        self.upload("author", f"dj-{self.key}-w.pdf", b"not a pdf")
        self.upload("author", f"dj-{self.key}-w.exe", PDF)
        self.upload("author", None, PDF)
        self.upload("author", "a.pdf", PDF, None)
        self.upload("author", "a.pdf", b"")
        self.ask("author", "GET", f"/media?slug=dj-{self.key}-v1,dj-{self.key}-v1-1,dj-{self.key}-v1-9")
        self.ask("nobody", "GET", f"/media?slug=dj-{self.key}-v1")
        self.ask("nobody", "GET", "/media/99999999")
        return media

    def _posts(self) -> Any:
        category = self.callers["nobody"].get(f"{API}/categories?slug=bulletins").json()[0]["id"]
        fields = {
            "title": "Été à Gao, n° 12",
            "slug": f"dj-{self.key}",
            "status": "publish",
            "content": f"<p>Texte</p><p>Référence : dj-{self.key}-v1</p>",
            "categories": [category],
            "meta": {"dj_key": self.key},
        }
        post = self.ask("author", "POST", "/posts", json=fields)
        for status in ("publish", "draft", "pending"):
            self.ask("author", "POST", "/posts", json={**fields, "status": status})
        self.ask("author", "POST", "/posts", json={**fields, "status": "nope"})
        self.ask("author", "POST", "/posts", json={})
        self.ask("author", "POST", "/posts", content=b"{bad", headers={"Content-Type": "application/json"})
        self.ask("contributor", "POST", "/posts", json={**fields, "status": "pending"})
        self.ask("author", "POST", f"/posts/{post['id']}", json={"title": "Autre"})
        self.ask("author", "PUT", f"/posts/{post['id']}", json={"slug": f"dj-{self.key}-2"})
        self.ask("editor", "PATCH", f"/posts/{post['id']}", json={"slug": f"dj-{self.key}"})
        self.ask("author", "POST", "/posts/99999999", json={"title": "x"})
        other = self.ask("editor", "POST", "/posts", json={**fields, "slug": f"ed-{self.key}", "status": "draft"})
        self.ask("author", "POST", f"/posts/{other['id']}", json={"title": "x"})
        self.ask("author", "GET", f"/posts/{other['id']}")
        self.ask("nobody", "GET", f"/posts/{other['id']}")
        self.ask("author", "GET", f"/posts?status=any&context=edit&slug=ed-{self.key}")
        self.ask("author", "DELETE", f"/posts/{other['id']}?force=true")
        return post

    def _lists(self) -> None:
        slugs = ",".join(f"dj-{self.key}{suffix}" for suffix in ("", "-2", "-3", "-4", "-5"))
        self.ask("author", "GET", f"/posts?status=any&slug={slugs}")
        self.ask("nobody", "GET", f"/posts?slug={slugs}")
        self.ask("author", "GET", f"/posts?status=draft,pending&slug={slugs}")
        for words in (f"dj-{self.key}-v1", f'"dj-{self.key}-v1"', f"dj-{self.key}-v9", f"texte dj-{self.key}"):
            found = self.callers["author"].get(f"{API}/posts", params={"status": "any", "search": words})
            self.notes.append(
                ("search", words.count('"'), found.headers["x-wp-total"], found.headers["x-wp-totalpages"])
            )
        self.ask("author", "GET", "/posts?per_page=101")
        self.ask("author", "GET", "/posts?per_page=abc")
        self.ask("author", "GET", "/posts?per_page=1&page=9999")
        self.ask("author", "GET", "/nothing")
        self.ask("author", "PUT", "/posts", json={})

    def _removals(self, media: Any, post: Any) -> None:
        self.ask("author", "DELETE", f"/posts/{post['id']}")
        self.ask("author", "DELETE", f"/posts/{post['id']}")
        self.ask("author", "GET", f"/posts?status=any&slug=dj-{self.key}")
        self.ask("author", "DELETE", f"/posts/{post['id']}?force=true")
        self.ask("author", "DELETE", f"/posts/{post['id']}?force=true")
        self.ask("author", "DELETE", f"/media/{media['id']}")
        self.ask("author", "DELETE", f"/media/{media['id']}?force=true")
        gone = self.callers["nobody"].get(media["source_url"])
        self.notes.append(("file", gone.status_code))
