"""Worlds that nobody has tuned on: from a seed a whole tenant, and questions with what a right answer must hold."""

from moe_memorygraph.evaluation.worlds.generate import generate_world, write_world
from moe_memorygraph.evaluation.worlds.values import World, WorldSize

__all__ = ["World", "WorldSize", "generate_world", "write_world"]
