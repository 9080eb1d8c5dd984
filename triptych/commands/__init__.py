"""One module per command.

A new command is a new file here with a function ``register(app)``; the command line finds it by
itself. Services are imported inside the command, so that ``triptych --help`` loads none of them.
"""
