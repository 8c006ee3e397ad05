"""Makes triage models from example messages and judges them; knows no database."""
