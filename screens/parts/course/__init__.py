"""Parts of the learner's screens."""
