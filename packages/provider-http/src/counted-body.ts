/** How a body ended. */
export interface BodyEnd {
  readonly bytes: number;
}

/**
 * The same body, counted. `ended` is told once, when it was read to its end, broke off, or was given up; what it throws
 * passes through `explain` first.
 */
export function countedBody(
  body: ReadableStream<Uint8Array>,
  ended: (end: BodyEnd) => void,
  explain: (error: unknown) => unknown,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            ended({ bytes });
            controller.close();
            return;
          }
          bytes += value.byteLength;
          controller.enqueue(value);
        } catch (error) {
          ended({ bytes });
          controller.error(explain(error));
        }
      },
      async cancel(reason) {
        ended({ bytes });
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
