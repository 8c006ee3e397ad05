"""Does one thing someone asked for, leaves one event, never commits."""
