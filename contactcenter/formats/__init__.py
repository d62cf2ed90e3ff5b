"""How dates and times are written where Django's own way does not suit the pages: one module for each language."""
