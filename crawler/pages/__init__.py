"""Page objects: one file a platform or shop. `structured`, `embedded` and `visible` are the generic readers."""
