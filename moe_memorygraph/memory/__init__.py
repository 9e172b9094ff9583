"""The memory planes: values, ports and their implementations."""
