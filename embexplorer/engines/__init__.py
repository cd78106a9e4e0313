"""Heavy libraries and parsing kernels that several plugins share, imported only when they run."""
