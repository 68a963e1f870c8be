import { describe, expect, test } from 'vitest';
import { type UploadForm, uploadFormFault } from '../../subgraphs/messaging/domain/upload.ts';

const form: UploadForm = {
  conversationId: 'c',
  kind: 'IMAGE',
  contentType: 'image/png',
  bytes: 5,
  name: 'cat.png',
  width: null,
  height: null,
  sha256: null,
};

describe('an upload', () => {
  test('of what was declared well is taken', () => expect(uploadFormFault(form)).toBeNull());

  test.each([
    ['an image that could run', { contentType: 'image/svg+xml' }, 'CONTENT_TYPE_NOT_ALLOWED'],
    ['a file that is no image, as an image', { contentType: 'application/pdf' }, 'CONTENT_TYPE_NOT_ALLOWED'],
    ['a page', { kind: 'FILE', contentType: 'text/html' }, 'CONTENT_TYPE_NOT_ALLOWED'],
    ['nothing', { bytes: 0 }, 'BYTES_OUT_OF_RANGE'],
    ['too large an image', { bytes: 10 * 1024 ** 2 + 1 }, 'BYTES_OUT_OF_RANGE'],
    ['too large a file', { kind: 'FILE', bytes: 50 * 1024 ** 2 + 1 }, 'BYTES_OUT_OF_RANGE'],
    ['no name', { name: '' }, 'NAME_INVALID'],
    ['a name with a way up', { name: '../cat.png' }, 'NAME_INVALID'],
    ['a name that reads otherwise than it is', { name: 'cat\u202egnp.exe' }, 'NAME_INVALID'],
    ['too long a name', { name: 'a'.repeat(121) }, 'NAME_INVALID'],
    ['no width', { width: 0 }, 'PIXELS_OUT_OF_RANGE'],
    ['too great a height', { height: 16_385 }, 'PIXELS_OUT_OF_RANGE'],
    ['no digest', { sha256: 'abc' }, 'SHA256_INVALID'],
  ] as const)('of %s is refused', (_, input, code) => expect(uploadFormFault({ ...form, ...input })).toBe(code));
});
