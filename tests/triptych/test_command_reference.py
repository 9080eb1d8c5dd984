"""The reference of the command line is what the command line says."""

from triptych.command_reference import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m triptych.command_reference"


def test_every_command_has_its_section() -> None:
    headings = {line.removeprefix("## ") for line in page().splitlines() if line.startswith("## ")}

    assert {
        "triptych demo",
        "triptych produce radar",
        "triptych scenario check",
        "triptych status",
    } <= headings
