// Makes the list of passwords that are guessed first: `node .ci/common-passwords.mjs LIST…`. Each LIST is a text with one
// password in each line; lists of passwords that leaked are published by their frequency. What was in the list stays.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { foldPassword } from '../src/identity/sign-in/passwords/common-passwords.ts';

const file = new URL('../src/identity/sign-in/passwords/common-passwords.bin', import.meta.url);
const shortestWord = 4;

const present = readFileSync(file);
const prints = new Set();
for (let at = 0; at < present.length; at += 4) prints.add(present.readUInt32BE(at));
for (const list of argv.slice(2)) {
  for (const line of readFileSync(list, 'utf8').split(/\r?\n/)) {
    const word = foldPassword(line.normalize('NFKC'));
    if (word.length >= shortestWord) prints.add(createHash('sha256').update(word).digest().readUInt32BE());
  }
}
const sorted = Uint32Array.from(prints).toSorted();
const bytes = Buffer.alloc(sorted.length * 4);
sorted.forEach((print, index) => bytes.writeUInt32BE(print, index * 4));
writeFileSync(file, bytes);
stdout.write(`${sorted.length} passwords\n`);
