"""The database supervisor, on real servers."""
