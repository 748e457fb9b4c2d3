"""Personal data: shown to the person, erased, and deleted after its retention period."""
