"""The first page in a browser that has never been here: bytes over the wire, and seconds to a button to press."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.learners import Running
from benchmarks.machine import Watch
from benchmarks.proxy import nginx
from benchmarks.tables import table

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
USABLE = ".stMain [data-testid=stBaseButton-primary]:enabled"
"""The button that leads on from Home."""
PATIENCE = 180
"""Seconds."""
TARGETS = "Targets: at most 800 kB over the wire; usable in 4 s at 1.6 Mbit/s."


@dataclass(frozen=True)
class Line:
    """A connection as Chromium's network emulation plays it; WebSocket frames it lets through at once."""

    name: str
    kilobits: float = 0
    """A second, in both directions; 0 means that nothing is held back."""
    latency: float = 0
    """Milliseconds."""

    def play(self, session: CDPSession) -> None:
        throughput = self.kilobits * 1000 / 8 if self.kilobits else -1
        conditions = {"downloadThroughput": throughput, "uploadThroughput": throughput}
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": self.latency, **conditions})


LINES = [
    Line("no limit"),
    Line("1.6 Mbit/s, 150 ms", 1600, 150),
    Line("400 kbit/s, 400 ms", 400, 400),
]


@dataclass
class Wire:
    """Bytes that came over the wire for one page, headers included, by kind of content."""

    bytes: Counter[str] = field(default_factory=Counter)
    _kinds: dict[str, str] = field(default_factory=dict)

    def watch(self, session: CDPSession) -> None:
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._framed)
        session.send("Network.enable")

    @property
    def total(self) -> int:
        return sum(self.bytes.values())

    def _answered(self, event: Mapping[str, object]) -> None:
        self._kinds[str(event["requestId"])] = str(event["type"])

    def _loaded(self, event: Mapping[str, object]) -> None:
        self.bytes[self._kinds.get(str(event["requestId"]), "Other")] += int(float(str(event["encodedDataLength"])))

    def _framed(self, event: Mapping[str, dict[str, str]]) -> None:
        self.bytes["WebSocket"] += len(event["response"]["payloadData"]) * 3 // 4


@dataclass(frozen=True)
class Visit:
    seconds: float
    wire: Wire


def visits(installed: Running, repeats: int) -> str:
    """Open Home `repeats` times over each line, in a new browser each time and once more in the same; return the
    tables. Chromium speaks to Kodex itself over HTTP/1.1, and through nginx, as a browser does, over HTTP/2."""
    watch = Watch([installed.server])
    times: list[list[str]] = []
    first: list[Visit] = []
    with (
        TemporaryDirectory() as folder,
        nginx(installed.server, Path(folder)) as proxy,
        _browser(f"--ignore-certificate-errors-spki-list={proxy.key_hash}") as browser,
    ):
        direct = installed.server.url
        _opened(browser, installed, direct, LINES[0])  # the server's own first run
        for line, address in ((line, address) for line in LINES for address in (direct, proxy.url)):
            pairs = [_opened(browser, installed, address, line) for _ in range(repeats)]
            first += [cold for cold, _ in pairs]
            name = line.name if address == direct else f"{line.name}, through nginx"
            times.append([name, *(_spread([each.seconds for each in kind]) for kind in zip(*pairs, strict=True))])
    head = [f"Seconds to a usable Home ({repeats} each)", "first visit (spread)", "next visit (spread)"]
    return "\n".join([table(head, times), "", _by_kind(first), TARGETS, watch.others()])


def _by_kind(found: list[Visit]) -> str:
    kinds = Counter[str]()
    for visit in found:
        kinds.update(visit.wire.bytes)
    rows = [[kind, _kilobytes([visit.wire.bytes[kind] for visit in found])] for kind, _ in kinds.most_common()]
    return table(
        ["Kilobytes over the wire, first visit", "(spread)"],
        [*rows, ["all", _kilobytes([visit.wire.total for visit in found])]],
    )


@contextmanager
def _browser(flag: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, flag])
        yield browser
        browser.close()


def _opened(browser: Browser, installed: Running, address: str, line: Line) -> tuple[Visit, Visit]:
    """Return the first visit of somebody in a new browser, and their next one."""
    context = browser.new_context(base_url=address, locale="cs-CZ")
    context.set_default_timeout(PATIENCE * 1000)
    person = {"person": next(installed.employees)}
    context.request.post("/sign-in", form=person, max_redirects=0, ignore_https_errors=True)
    visits = _visit(context, line), _visit(context, line)
    context.close()
    return visits


def _visit(context: BrowserContext, line: Line) -> Visit:
    page = context.new_page()
    session, wire = context.new_cdp_session(page), Wire()
    wire.watch(session)
    line.play(session)
    begun = time.perf_counter()
    page.goto("/", wait_until="commit")
    page.locator(USABLE).wait_for()
    seconds = time.perf_counter() - begun
    _await_silence(page, wire)
    page.close()
    return Visit(seconds, wire)


def _await_silence(page: Page, wire: Wire) -> None:
    """Wait for what is loaded after the page is usable."""
    before = -1
    while before != wire.total:
        before = wire.total
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)


def _spread(seconds: list[float]) -> str:
    return f"{median(seconds):.1f} ({min(seconds):.1f}–{max(seconds):.1f})"


def _kilobytes(found: list[int]) -> str:
    return f"{median(found) / 1000:,.0f} ({min(found) / 1000:,.0f}–{max(found) / 1000:,.0f})"
