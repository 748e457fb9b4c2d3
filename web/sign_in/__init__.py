"""Signing in and out, by password or by the company's provider."""
