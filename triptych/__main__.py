"""``python -m triptych``: the command line."""

from triptych.cli import app

app(prog_name="triptych")
