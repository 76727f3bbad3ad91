"""Results → what a reader sees: tables, figures, sentences. Nothing here computes a result."""
