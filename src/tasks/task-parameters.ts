/** Where a request names its task, for the OpenAPI document. */
export const REF = {
  name: 'ref',
  type: String,
  example: '42',
  description: 'The id of the task or its number.',
};

export const IF_MATCH = {
  name: 'If-Match',
  required: false,
  example: '"7"',
  description:
    'The ETag that the change starts from. Any other version of the task is answered with 412.',
};

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  description:
    'Makes the request safe to send again for 24 hours: sent again with the same key and body, it is not done again but answered as it was the first time, with `Idempotent-Replayed: true`. Failures are not kept. A key counts for one user and one operation.',
};
