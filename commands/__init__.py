"""The operator's commands, by what they are about; `manage.py` puts them together."""
