"""All queries of figures. The organization comes first; `only` is the user whose calls alone count, None for all."""
