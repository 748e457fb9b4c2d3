"""A learning record store that nobody here wrote: PyPI ralph-malph over files in the working folder, at a port."""

import sys

import uvicorn
from ralph.api import app
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

# Otherwise its files take the first statements and no others.
FSLRSBackend.default_operation_type = BaseOperationType.APPEND

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
