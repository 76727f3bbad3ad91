"""Results → what a reader of an edition sees: tables, figures, sentences; small numbers hidden."""
