"""The words of the link: every message between extension and agent, each defined once.

`messages` holds the envelopes, `bodies` what an event of each kind carries, `kinds` the closed list of kinds,
`codec` decodes and encodes, `proof` computes the mutual challenge. The JSON Schema and the TypeScript
declarations under shared/protocol are generated from here (`python -m piecework.protocol.generate`).
"""

VERSION = 1
"""Major version of the link. `hello.v` lists what a client speaks; the agent picks the highest it knows."""
