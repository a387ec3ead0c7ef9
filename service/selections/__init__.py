"""Answers selections of plain attributes by functions made for them, and leaves everything else to graphql-core."""
