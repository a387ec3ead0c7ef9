"""How it gets in: the only folder that talks to files, the lake and the warehouse."""
