"""Parts of the auditor's screen."""
