"""The processes: web server, workers, probes, metrics. Imports every app, is imported by none."""
