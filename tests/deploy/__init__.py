"""Tests of what deploy/ hands to people who run Webcare themselves."""
