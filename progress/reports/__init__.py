"""Lists and exports for managers, HR and auditors, today or as of a past day."""
