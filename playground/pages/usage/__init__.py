"""What was used: asked of the built-in API, or counted from this session's own runs."""
