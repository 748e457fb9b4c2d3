"""Other people's validators, asked in an environment of their own: what they need would hold back what Kodex uses."""

import json
import subprocess
from typing import Any

from surroundings import HOME, unavailable

JUDGES = HOME / "tests" / "judges"
PYTHON = JUDGES / ".venv" / "bin" / "python"


def judged(script: str, *arguments: str) -> Any:
    """What the script of that name in tests/judges says, as JSON."""
    if not PYTHON.exists():
        unavailable("the judges", "run tests/prepare")
    run = subprocess.run([PYTHON, JUDGES / script, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
