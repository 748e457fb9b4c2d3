"""A server in production mode."""

from dataclasses import dataclass
from pathlib import Path

from serving import SECRET

PUBLIC = "https://kodex.example.com"

OWN = {"KODEX_MODE": "production", "KODEX_SECRET": SECRET, "KODEX_PUBLIC_URL": PUBLIC}


@dataclass(frozen=True)
class Nginx:
    port: int
    plain_port: int
    folder: Path

    def logged(self) -> str:
        return "".join(file.read_text("utf-8", "replace") for file in self.folder.glob("*.log"))


PASSWORD = "vrbový proutek nad řekou 47"
