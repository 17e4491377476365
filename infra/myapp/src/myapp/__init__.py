"""A small HTTP service that says which version of it runs."""
