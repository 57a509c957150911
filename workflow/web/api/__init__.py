"""REST under `/api/v1`: what the pages do, for programs.

Nothing here reads storage or decides: a resource asks the services the pages ask, as the same onlooker, with
the same curtain, and what is not one's own is 404 there as on pages.

How it is laid out, and what a new resource needs:

- One file a resource. `router = frame.resource("tag")` makes its router; a handler takes a seat (`seats`:
  `Reads`, `Writes`, by the scope it needs), which knows who asks, and returns `frame.told(shape)`.
  The shape it tells is a `shapes.Shape` and is named in `response_model`, which is what the OpenAPI document
  promises and the fuzz test holds it to. The name of the handler is its operation's id, so it is unique and
  never changes.
- An unsafe handler takes `ask: Ask` (`idempotency`) and returns `ask.once(work)`: `work` gets the signature
  to give the command with, and returns a `Told`. The same key and body are answered as the first time.
- A list takes `wanted: Wanted` (`paging`) and returns `paging.page(...)`: `items`, `next`, `prev`, `Link`.
- Everything that is refused is a `Refusal`, told as problem details by `frame.faults`; a class without a line
  there is a conflict. What every operation may be refused with is written into the document by `openapi`.
- The file is named in `mounting.ROUTERS`, and each of its routes has a line in `tests/web/api/rights.py`.
"""
