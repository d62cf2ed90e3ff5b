"""The API of figures: the analytics group in snake_case, the dashboard group in camelCase."""
