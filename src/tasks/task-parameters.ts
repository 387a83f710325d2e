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
