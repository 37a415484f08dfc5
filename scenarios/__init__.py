"""Scenarios that ship with the program: data, read as package resources."""
