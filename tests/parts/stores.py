"""A small learning record store that keeps statements as xAPI says, and fails on purpose, for the tests."""

import base64
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "kodex", "the store's secret"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
RESOURCE = "/xapi/statements"
Statement = dict[str, Any]


class Dropped(Exception):  # noqa: N818 - the connection is, on purpose
    """The connection ends without an answer."""


class Raw(str):
    """An answer as it is, which may be no JSON."""


class LearningRecordStore:
    """`failures` says what comes of the next POSTs, one each: a status, what happens to the connection, or what is
    answered instead, such as "200 <html>"; "kept 204" keeps the batch before."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.retry_after = ""
        self.tells_duplicates = True
        """Whether it answers 409 to what it has already, and not 200."""
        self.largest_batch = 1000
        self.refused: set[str] = set()
        """Ids that it takes for malformed."""
        self.kept: dict[str, Statement] = {}
        self.voided: set[str] = set()
        self.stored: list[str] = []
        """Each id as often as it was stored."""
        self.acknowledged: Counter[str] = Counter()
        """How often it was said that an id is stored now."""
        self.asked: list[str] = []
        self.instead: tuple[int, Raw] | None = None
        """What somebody in between answers to everything."""
        self.hangs = threading.Event()
        """Set while an answer is held back."""
        self._goes_on = threading.Event()
        self._alone = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/xapi"

    @contextmanager
    def running(self) -> Iterator["LearningRecordStore"]:
        serving = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield self
        finally:
            self._goes_on.set()
            self._server.shutdown()
            self._server.server_close()
            serving.join()

    def let_go(self) -> None:
        """Ends what hangs."""
        self._goes_on.set()
        self.hangs.clear()

    def post(self, body: Any) -> tuple[int, Any]:
        failure = self.failures.pop(0) if self.failures else ""
        if failure.isdigit():
            return int(failure), {"error": "on purpose"}
        if failure == "drop before":
            raise Dropped
        if failure == "hang before":
            self._hang()
            raise Dropped
        batch = body if isinstance(body, list) else [body]
        if failure == "drop half way":
            batch = batch[: len(batch) // 2]
        if failure[:1].isdigit():
            status, _, said = failure.partition(" ")
            return int(status), Raw(said)
        answer = self._store(batch)
        if failure.startswith("kept "):
            status, _, said = failure.removeprefix("kept ").partition(" ")
            return int(status), Raw(said)
        if failure == "hang after":
            self._hang()
        if failure in {"drop after", "drop half way", "hang after"}:
            raise Dropped
        if answer[0] == 200:
            self.acknowledged.update(each["id"] for each in batch)
        return answer

    def _hang(self) -> None:
        self.hangs.set()
        self._goes_on.wait(60)

    def _store(self, batch: list[Statement]) -> tuple[int, Any]:
        """All of a batch or nothing of it."""
        with self._alone:
            ids = [each["id"] for each in batch]
            if len(batch) > self.largest_batch:
                return 413, "too many"
            if self.refused & set(ids) or len(set(ids)) < len(ids):
                return 400, "a statement is \x1b[31mmalformed"
            known = [each for each in batch if each["id"] in self.kept]
            if any(self.kept[each["id"]] != each for each in known) or (known and self.tells_duplicates):
                return 409, "there is a statement with this id"
            for each in batch:
                if each["id"] not in self.kept:
                    self.kept[each["id"]] = each
                    self.stored.append(each["id"])
                    if each["verb"]["id"] == VOIDED:
                        self.voided.add(each["object"]["id"])
            return 200, ids

    def get(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        (name, (statement_id,)) = next(iter(query.items()))
        found = self.kept.get(statement_id)
        if found is None or (statement_id in self.voided) != (name == "voidedStatementId"):
            return 404, "not here"
        return 200, self._as_stores_give_it(found)

    @staticmethod
    def _as_stores_give_it(statement: Statement) -> Statement:
        """With all that a store may add, and may write otherwise."""
        given: Statement = json.loads(json.dumps(statement))
        given["timestamp"] = given["timestamp"].replace("Z", "+00:00")
        given["verb"]["display"] = {"en-US": "did"}
        given["object"].setdefault("definition", {})["description"] = {"en": "added"}
        by = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "kodex"}}
        return {**given, "stored": "2026-11-23T00:00:00.000Z", "version": "1.0.3", "authority": by, "attachments": []}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        store = self
        expected = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_POST(self) -> None:
                self._do(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                self._do(None)

            def _do(self, body: bytes | None) -> None:
                asked = urlsplit(self.path)
                store.asked.append(f"{self.command} {self.path}")
                try:
                    if store.instead is not None:
                        status, said = store.instead
                    elif asked.path != RESOURCE:
                        status, said = 404, "nothing is here"
                    elif self.headers.get("Authorization") != expected:
                        status, said = 401, "who are you?"
                    elif self.headers.get("X-Experience-API-Version") != "1.0.3":
                        status, said = 400, "which version?"
                    elif body is None:
                        status, said = store.get(parse_qs(asked.query))
                    else:
                        status, said = store.post(json.loads(body))
                except Dropped:
                    self.close_connection = True
                    return
                answer = said.encode() if isinstance(said, Raw) else json.dumps(said).encode()
                try:
                    self.send_response(status)
                    if status == 429 and store.retry_after:
                        self.send_header("Retry-After", store.retry_after)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    self.close_connection = True  # whoever asked is gone

            def log_message(self, *_: Any) -> None:
                """Into nothing: what fails here fails on purpose."""

        return Handler
