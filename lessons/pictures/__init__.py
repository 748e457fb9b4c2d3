"""Pictures of a lesson: which files are let in, and line drawings as SVG."""
