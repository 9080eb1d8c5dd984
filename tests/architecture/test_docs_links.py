"""Every relative link in a Markdown file leads to a file of the repository and to a heading of it."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", flags=re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.+?)\s*$", flags=re.MULTILINE)


def markdown_files() -> list[Path]:
    """Markdown files that git knows or would take; all of them where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    try:
        listed = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        skipped = {".venv", "node_modules", "var"}
        return [path for path in ROOT.rglob("*.md") if not skipped & set(path.relative_to(ROOT).parts)]
    return [path for name in listed if (path := ROOT / name).exists()]


def links(text: str) -> list[str]:
    """The targets of links to our own files."""
    found = [first or second for first, second in LINK.findall(FENCE.sub("", text))]
    return [target for target in found if not re.match(r"[a-z][a-z0-9+.-]*:|//", target)]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of headings."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text)))
    return {word.replace(" ", "-") for word in words}


def broken(page: Path, target: str) -> str | None:
    """What is wrong with a link, if anything is."""
    name, _, anchor = unquote(target).partition("#")
    file = (page.parent / name).resolve() if name else page
    if not file.is_relative_to(ROOT):
        return f"{target} leads out of the repository"
    if not file.exists():
        return f"{target} leads nowhere"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
        return f"{target} has no such heading"
    return None


@pytest.mark.parametrize("page", markdown_files(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = links(page.read_text(encoding="utf-8"))

    wrong = [reason for target in targets if (reason := broken(page, target))]

    assert wrong == []


def test_a_link_to_a_missing_file_is_noticed(tmp_path: Path) -> None:
    assert broken(ROOT / "README.md", "no-such-page.md") == "no-such-page.md leads nowhere"
    assert broken(ROOT / "README.md", str(tmp_path)) is not None


def test_a_link_to_a_missing_heading_is_noticed() -> None:
    page = ROOT / "docs" / "adr" / "README.md"

    assert broken(page, "#decisions") is None
    assert broken(page, "#no-such-heading") == "#no-such-heading has no such heading"


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))

    indexed = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))

    assert indexed == pages


def test_every_decision_says_why_what_else_and_what_follows() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

    headings = {
        page.name: re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE) for page in pages
    }

    assert headings == {page.name: ["Why", "Considered", "Consequences"] for page in pages}


def test_every_page_of_the_docs_can_be_reached_from_the_index() -> None:
    start = ROOT / "docs" / "README.md"
    reached, waiting = set[Path](), [start]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        targets = links(page.read_text(encoding="utf-8"))
        waiting += [(page.parent / target.partition("#")[0]).resolve() for target in targets]

    assert set((ROOT / "docs").rglob("*.md")) - reached == set()
