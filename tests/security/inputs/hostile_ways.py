"""The ways into the directory."""

UNKEEPABLE = ("\0", "a\0b", "\ud800", "a\udfff", "\x1b]0;x\x07", "\u202e" * 300, "[" * 300)
"""What no database takes as text, and what no field of the directory does."""

TOKEN = "a-token-of-the-identity-system-that-is-long-enough"
