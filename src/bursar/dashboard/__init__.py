"""The HTML door: pages for people. Pages are made from `service`; what they change goes through the HTTP API.

A browser's session cookie opens the API as its key does, so that the dashboard can do nothing that the API cannot.
"""
