"""Reports in, one picture out: a pure core and one async service."""
