"""Refreshers: two questions some weeks after the certificate, to see what has stayed; they change no status."""
