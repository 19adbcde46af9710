"""seeds/ -> content/: read captures, find which records are the same paper, write content files."""
