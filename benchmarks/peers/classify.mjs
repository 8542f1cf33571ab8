// How long classifying takes in node: raw pixels, or files with sharp.
//
// Usage: node classify.mjs CLASSIFIER THREADS SECONDS (WIDTH HEIGHT | FOLDER)
//
// Prints the lines that benchmarks/src/main/java/terzi/benchmarks/Side.java describes.

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const WARM = 1 / 3; // of the time
const BUNDLE_MS = 20;

const [classifier, threads, seconds, ...what] = process.argv.slice(2);
const limit = Number(seconds) * 1000;
const print = line => process.stdout.write(JSON.stringify(line) + '\n');

sharp.cache(false);
sharp.concurrency(Number(threads));
const network = await ort.InferenceSession.create(classifier, {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  logSeverityLevel: 4,
});
const channels = network.inputMetadata[0].shape[3];
const classes = network.outputMetadata[network.outputNames.indexOf('probabilities')].shape[1];
// what Terzi asks for where the file has it
const wanted = network.outputNames.filter(name => ['probabilities', 'strangeness'].includes(name));
const version = createRequire(import.meta.url)('onnxruntime-node/package.json').version;
print({ info: { node: process.versions.node, 'onnxruntime-node': version, sharp: sharp.versions.sharp } });

async function raw(width, height) {
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => Math.imul(i, 2654435761) >>> 24);
  const image = new ort.Tensor('uint8', pixels, [1, height, width, channels]);
  const fetches = Object.fromEntries(
    wanted.map(name => {
      const shape = name === 'probabilities' ? [1, classes] : [1];
      return [name, new ort.Tensor('float32', new Float32Array(shape.at(-1)), shape)];
    }),
  );
  let calls = 1;
  let least = Infinity;
  const begun = performance.now();
  while (performance.now() - begun < limit) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) {
      await network.run({ image }, fetches);
    }
    const took = performance.now() - start;
    if (start - begun > limit * WARM) {
      print({ metric: 'call_us', value: (took / calls) * 1e3 });
      least = Math.min(least, took / calls);
    } else if (took < BUNDLE_MS) {
      calls *= 2;
    }
  }
  print({ metric: 'least_call_us', value: least * 1e3 });
}

async function files(folder) {
  const paths = readdirSync(folder).sort().map(name => join(folder, name));
  let least = Infinity;
  const begun = performance.now();
  while (performance.now() - begun < limit) {
    const start = performance.now();
    for (const path of paths) {
      const decoded = sharp(path, { ignoreIcc: true }).autoOrient().toColourspace(channels === 3 ? 'srgb' : 'b-w');
      const { data, info } = await decoded.raw().toBuffer({ resolveWithObject: true });
      const image = new ort.Tensor('uint8', data, [1, info.height, info.width, channels]);
      await network.run({ image }, wanted);
    }
    if (start - begun > limit * WARM) {
      const took = (performance.now() - start) / paths.length;
      print({ metric: 'file_ms', value: took });
      least = Math.min(least, took);
    }
  }
  print({ metric: 'least_file_ms', value: least });
}

if (what.length === 2) {
  await raw(Number(what[0]), Number(what[1]));
} else {
  await files(what[0]);
}
