"""Exports, evidence packs and certificates as files."""
