"""MoE MemoryGraph: memory planes and experts as tenant-scoped, cited, explained MCP tools."""

__version__ = "0.1.0"
__all__ = ["__version__"]
