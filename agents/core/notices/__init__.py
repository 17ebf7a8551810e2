"""What people are told, of what happens to them: who, what, when, in their language."""
