"""What `scripts/requirements` is made of; docs/requirements.md is its output."""
