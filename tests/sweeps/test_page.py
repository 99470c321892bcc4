"""The report: its figures, and its page in a real browser."""

import base64
import re
from io import BytesIO

import pytest

from fastsig.cli.main import main
from fastsig.sweeps import Plan, judge, read, run
from fastsig.sweeps.page import figures_of, page
from tests.chromium import Browser

PLAN = Plan.of(
    "relu,tanh,softsign,leaky_relu:slope=0.2",
    sigma="0.01:100:9",
    methods="double,gauss_hermite:20,gauss_hermite:100,monte_carlo:1e4",
)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "sweep.parquet"
    assert run(PLAN, path)
    return path


def test_what_is_drawn(swept):
    from matplotlib.image import imread

    figures = figures_of(read(swept).rows)
    assert list(figures) == ["error_heat_map", "error_against_nodes_gauss_hermite", "z_scores"]
    for png in figures.values():
        pixels = imread(BytesIO(png))
        assert min(pixels.shape[:2]) > 300
        assert len({tuple(pixel) for pixel in pixels[::7, ::7].reshape(-1, pixels.shape[2]).tolist()}) > 10


def test_only_what_there_is_is_drawn(tmp_path):
    run(Plan.of("relu", sigma=1, methods="double"), tmp_path / "a")
    assert list(figures_of(read(tmp_path / "a").rows)) == ["error_heat_map"]
    run(Plan.of("relu", sigma=1, methods="double_double"), tmp_path / "b")  # the reference alone
    sweep = read(tmp_path / "b")
    assert not figures_of(sweep.rows)
    assert "passed" in page(sweep, judge(sweep.rows), {}, {})


def test_the_page_needs_nothing_else(swept):
    sweep = read(swept)
    text = page(sweep, judge(sweep.rows), figures_of(sweep.rows), {"double": 1.25})
    addresses = re.findall(r"""(?:src|href|url|action|data)\s*[=(]\s*["']?([^"'\s>)]+)""", text)
    assert len(addresses) == 3
    assert all(address.startswith("data:image/png;base64,") for address in addresses)
    assert all(base64.b64decode(a.partition(",")[2]).startswith(b"\x89PNG") for a in addresses)
    assert "<script" not in text
    assert "1.2 s" in text
    assert PLAN.hash in text


def test_the_page_in_chromium(swept, tmp_path, capsys):
    html = tmp_path / "report.html"
    assert main(["report", str(swept), "--html", str(html)]) == 0
    with Browser(tmp_path / "profile") as browser:
        for domain in ("Page", "Network", "Log", "Runtime"):
            browser.call(f"{domain}.enable")
        browser.call("Page.navigate", url=html.as_uri())
        browser.wait("Page.loadEventFired")
        assert browser.evaluate("document.title").startswith("fastsig sweep ")
        assert browser.evaluate("document.querySelector('.passed strong').innerText") == "passed"
        images = browser.evaluate("[...document.images].map(i => [i.id, i.complete, i.naturalWidth, i.width, i.alt])")
        assert [image[0] for image in images] == ["error_heat_map", "error_against_nodes_gauss_hermite", "z_scores"]
        for _, complete, natural, shown, alternative in images:
            assert complete
            assert natural > 300
            assert shown > 200
            assert alternative
        rows = browser.evaluate("[...document.querySelectorAll('td')].map(cell => cell.innerText)")
        for method in (*PLAN.methods, PLAN.reference):
            assert method in rows
        assert "leaky_relu:slope=0.2" in browser.evaluate("document.body.innerText")
        # Nothing runs over the side of a small window, either.
        browser.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=True)
        assert browser.evaluate("document.documentElement.scrollWidth <= 400")
        asked = [
            e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"
        ]
        assert asked
        assert all(url.startswith(("file://", "data:")) for url in asked)
        complaints = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        assert [event for event in browser.events if event.get("method") in complaints] == []


def test_a_missing_browser_is_no_silent_skip_in_ci(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setenv("CI_REQUIRES", "chromium")
    from tests.chromium import find_chromium

    with pytest.raises(pytest.fail.Exception, match="no browser has opened the page"):
        find_chromium()
    monkeypatch.delenv("CI_REQUIRES")
    with pytest.raises(pytest.skip.Exception, match="no browser has opened the page"):
        find_chromium()
