"""Content of a course as HTML."""
