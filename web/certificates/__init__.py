"""Certificates over HTTP: the document, the badge, and the public check."""
