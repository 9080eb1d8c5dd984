"""The white cell: the exercise clock and the inject desk."""
