"""What people see: one thin script a screen."""
