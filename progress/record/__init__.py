"""The record: each person's chain of events, the checkpoints that seal it, and the keys that sign."""
