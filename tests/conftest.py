"""Where each fixture that every test may ask for is; a folder's own are in its `conftest.py`.

Nothing is imported from here or from another `conftest`: Python would find whichever was loaded last.
"""

from hypothesis import settings

settings.register_profile("kodex", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("kodex")

pytest_plugins = [
    "width",
    "databases",
    "cast",
    "studying",
    "serving",
    "operating",
    "connections",
    "identity_system",
    "failing",
]
