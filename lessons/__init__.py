"""Taught content: courses, lessons and principles, read from content folders and checked."""
