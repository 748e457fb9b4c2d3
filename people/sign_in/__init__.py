"""Who may come in: accounts, sessions, passwords, sign-in by the company's provider, throttling."""
