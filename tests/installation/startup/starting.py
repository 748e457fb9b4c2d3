"""Servers that refuse to start, and what they say."""

import subprocess
from collections.abc import Callable

SECRET = "Yf6Ju1Ae0RoXiVwZk7vQ2xW9rT4mB8nLc5dHs3Gp"

PUBLIC = "https://kodex.example.com"

Start = Callable[..., subprocess.CompletedProcess[str]]
