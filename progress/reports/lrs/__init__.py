"""The record as xAPI statements, and their delivery to a learning record store."""
