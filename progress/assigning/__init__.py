"""Assignment by rule: whom a rule reaches, what it gives them and when again, and leave that moves due dates."""
