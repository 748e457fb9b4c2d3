"""Verification of the whole record, proofs, and evidence packs with their verifier."""
