"""Policy and directory: files as people write them, publishing, and what is in force."""
