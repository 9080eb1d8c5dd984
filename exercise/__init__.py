"""The white cell's desk: the exercise clock, the inject desk, and the trace of every inject."""
