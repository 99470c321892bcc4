"""A real browser without a window: Debian's package chromium, spoken to through pipes (DevTools protocol)."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """Its path; without it the test is skipped, but fails where CI_REQUIRES names it."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    message = "chromium is not installed (Debian: apt-get install chromium), so no browser has opened the page"
    if "chromium" in os.environ.get("CI_REQUIRES", "").split():
        pytest.fail(message)
    pytest.skip(message)


class Browser:
    """One tab; a context manager. It may not use the network."""

    def __init__(self, folder: Path) -> None:
        to_read, theirs_to_write = os.pipe()
        theirs_to_read, to_write = os.pipe()
        self._input, self._output = os.fdopen(to_read, "rb"), os.fdopen(to_write, "wb")
        command = [
            find_chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank",
        ]  # fmt: skip
        # DevTools wants its pipes as file descriptors 3 and 4.
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{theirs_to_read} 4>&{theirs_to_write}', "chromium", *command],
            pass_fds=(theirs_to_read, theirs_to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_to_read)
        os.close(theirs_to_write)
        self._number, self._session, self.events = 0, None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._output.close()  # it ends when its pipe does
        self._input.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command; events that come before its answer are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._output.write(json.dumps(message).encode() + b"\0")
        self._output.flush()
        while True:
            found = self._read()
            if found.get("id") == self._number:
                assert "error" not in found, found
                return found["result"]
            self.events.append(found)

    def wait(self, event: str) -> None:
        """Wait for an event, which may have been there already."""
        while not any(found.get("method") == event for found in self.events):
            self.events.append(self._read())

    def evaluate(self, script: str) -> Any:
        """The value of a script in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._input.read(1)) != b"\0":
            assert byte, "chromium ended"
            text += byte
        return json.loads(text)
