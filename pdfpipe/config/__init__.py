"""Where settings come from, and what languages are called."""
