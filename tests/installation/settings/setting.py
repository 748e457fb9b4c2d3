"""Settings read from an environment of the test's own."""

import pytest

import settings
from settings import Settings, WrongSettingsError

SECRET = "Zk7vQ2xW9rT4mB8nLc5dHs3GpYf6Ju1A"

SOUND = {"KODEX_SECRET": SECRET}


def read(**environment: str) -> Settings:
    return settings.read({**SOUND, **environment})


def faults(**environment: str) -> list[str]:
    with pytest.raises(WrongSettingsError) as refused:
        read(**environment)
    return [str(fault) for fault in refused.value.reasons]
