"""Several machines: web servers and workers on real PostgreSQL, Redis and S3 servers, which the tests start."""
