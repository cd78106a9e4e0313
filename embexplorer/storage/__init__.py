"""Where things lie on disk: places, the cache, space folders, settings."""
