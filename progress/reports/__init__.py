"""What managers, HR and auditors see and export, today or as of a past day."""
