"""What stands around every request, whichever room answers it: proxies, headers, languages, logs, assets."""
