"""Engines that read text off page images, behind one Protocol."""
