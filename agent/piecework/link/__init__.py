"""The websocket between extension and agent, from the first byte to the durable acknowledgement."""
