"""Questions: their kinds, the banks, the forms drawn from them, and grading."""
