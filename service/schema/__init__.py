"""The GraphQL schema, one module per noun."""
