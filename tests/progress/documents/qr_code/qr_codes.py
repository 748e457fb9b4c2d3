"""The signed text of one certificate."""

NUMBER = "KX-01234-56789-ABCDE-FGHJK-MNPQRS"

ADDRESS = f"https://kodex.example.com/verify/{NUMBER}"

NAME = "Žofie Řehořová-Ďásková"
