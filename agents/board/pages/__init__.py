"""What people see: templates, the words on them, and the handlers that fill them."""
