"""What every update and request is given before its handler: the services, who is asking, in which language."""
