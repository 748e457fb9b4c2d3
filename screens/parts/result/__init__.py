"""Parts of a finished attempt: the mirror, the repair path, the next attempt, earlier ones."""
