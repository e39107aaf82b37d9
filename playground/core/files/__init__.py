"""Files: shared by all machines, cached on this one, or in the making; and the disk that they take up."""
