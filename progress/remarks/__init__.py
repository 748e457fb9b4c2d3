"""Remarks: what learners report about a card or a question, and what the content editors answer."""
