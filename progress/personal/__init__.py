"""What is stored about one person: shown to them, erased, and kept no longer than needed."""
