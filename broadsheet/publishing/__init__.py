"""Catalog -> site/: plan every file, render it, index it, make site/ equal to the plan."""
