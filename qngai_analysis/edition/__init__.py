"""How notebooks become an edition: engine, parameters, batch, publishing."""
