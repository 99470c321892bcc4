"""docs/embedding.md shows the programs that the other tests run, and no others."""

import re

import pytest

from tests.embedding.projects import HERE

ROOT = HERE.parents[1]
PAGE = (ROOT / "docs" / "embedding.md").read_text()
SHOWN = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "text"), SHOWN, ids=[name for name, _ in SHOWN])
def test_a_program_on_the_page_is_the_one_that_is_run(name: str, text: str) -> None:
    assert text == (ROOT / name).read_text()


def test_every_program_is_marked_and_every_way_is_shown() -> None:
    blocks = re.findall(r"^```(\w+)$", PAGE, flags=re.MULTILINE)
    assert blocks.count("sh") == 1  # the flags: test_c.py
    assert len(blocks) == len(SHOWN) + 1
    ways = {name.split("/")[2] for name, _ in SHOWN}
    assert ways | {"processes"} == {path.name for path in HERE.iterdir() if path.is_dir() and path.name[0] not in "._"}


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
