import { readFileSync } from 'node:fs';

/** A package whose own files lack the text of the license that its package.json names. */
interface WithoutText {
  readonly name: string;
  readonly copyright: string;
  /** Another package under the same license whose text stands for it, or the MIT license. */
  readonly like: 'MIT' | string;
}

/** The copyright is that of the author in package.json or in the README. */
const WITHOUT_TEXT: readonly WithoutText[] = [
  { name: '@nodable/entities', copyright: 'Copyright (c) Amit Gupta', like: 'MIT' },
  {
    name: 'data-uri-to-buffer',
    copyright: 'Copyright (c) Nathan Rajlich <nathan@tootallnate.net>',
    like: 'MIT',
  },
  ...['credential-provider-http', 'credential-provider-login', 'nested-clients'].map((name) => ({
    name: `@aws-sdk/${name}`,
    copyright: 'Copyright 2018 Amazon.com, Inc. or its affiliates. All Rights Reserved.',
    like: '@aws-sdk/client-s3',
  })),
];

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The license text of a package that has none among its files; null if it is not known. */
export function knownText(name: string, root: string): string | null {
  const known = WITHOUT_TEXT.find((each) => each.name === name);
  if (known === undefined) return null;
  const { copyright, like } = known;
  if (like === 'MIT') return `The MIT License (MIT)\n\n${copyright}\n\n${MIT}`;
  return `${copyright}\n\n${readFileSync(`${root}/node_modules/${like}/LICENSE`, 'utf8').trim()}`;
}
