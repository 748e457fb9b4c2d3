"""Reminders: which letters are due, the ledger of what became of each, their words, and the alarm about silence."""
