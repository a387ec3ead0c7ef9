"""What users see: the GraphQL schema, the REST doors and the command line."""
