import { acceptedVersions, entityTag, parseIfMatch } from './if-match.js';

describe('If-Match', () => {
  it.each<[string | undefined, number[] | undefined]>([
    [undefined, undefined],
    ['*', undefined],
    [' * ', undefined],
    ['"1"', [1]],
    ['"1", "2" ,"30"', [1, 2, 30]],
    ['W/"1"', []],
    ['1', []],
    ['"0"', []],
    ['"01"', []],
    ['"1.0"', []],
    ['""', []],
    ['', []],
    ['"9999999999"', []],
    ['W/"1", "2"', [2]],
  ])('P22 of %j accepts %j', (header, versions) => {
    expect(parseIfMatch(header)).toEqual(versions);
  });

  it('reads the entity tags that answers carry', () => {
    expect(parseIfMatch(entityTag(12))).toEqual([12]);
  });
});

describe('the versions that a change accepts', () => {
  it.each<[number[] | undefined, number | undefined, number[] | undefined]>([
    [undefined, undefined, undefined],
    [[1, 2], undefined, [1, 2]],
    [undefined, 3, [3]],
    [[2, 3], 3, [3]],
    [[2], 3, []],
    [[], undefined, []],
  ])('are those of If-Match %j and expectedVersion %j: %j', (header, expected, accepted) => {
    expect(acceptedVersions(header, expected)).toEqual(accepted);
  });
});
