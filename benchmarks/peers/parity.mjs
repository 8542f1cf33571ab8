// The node side of the parity suite: decodes images with sharp and classifies them with onnxruntime-node.
//
// Usage: node parity.mjs request.json > answer.json
//
// Knows nothing of Terzi; it only follows docs/classifier-file.md: upright, transparency on white, no colour management.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const LISTED = 10;

/**
 * { data: [H, W, 3] uint8, width, height }
 *
 * sharp's own flatten rounds down, and its own way from inks to RGB is a printer's profile: both give other pixels than the
 * specification, so both are done here.
 */
async function decode(path) {
  const file = readFileSync(path);
  let image = sharp(file, { ignoreIcc: true, limitInputPixels: false }).autoOrient();
  if ((await sharp(file).metadata()).space === 'cmyk') {
    image = image.pipelineColourspace('cmyk').toColourspace('cmyk');
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { data: eachPixel(data, 4, (ink, key) => 255 - multiplied(ink, key)), width: info.width, height: info.height };
  }
  const { data, info } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const onWhite = (value, alpha) => Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255);
  return { data: eachPixel(data, info.channels, onWhite), width: info.width, height: info.height };
}

/** 255 - c - k + c k / 255, clipped: how PIL adds black to an ink */
function multiplied(ink, key) {
  const nk = 255 - key;
  const product = ink * nk + 128;
  return Math.min(255, key + (((product >> 8) + product) >> 8));
}

/** [N, 3] from [N, 4] by a function of a colour and the fourth channel. */
function eachPixel(from, count, combine) {
  if (count !== 4) {
    throw new Error(`expected 4 channels, found ${count}`);
  }
  const to = new Uint8Array((from.length / 4) * 3);
  for (let i = 0, o = 0; i < from.length; i += 4) {
    for (let c = 0; c < 3; c++) {
      to[o++] = combine(from[i + c], from[i + 3]);
    }
  }
  return to;
}

function channels(pixels, wanted) {
  if (wanted === 3) {
    return pixels;
  }
  const gray = new Uint8Array(pixels.length / 3);
  for (let i = 0, at = 0; i < gray.length; i++, at += 3) {
    gray[i] = (19595 * pixels[at] + 38470 * pixels[at + 1] + 7471 * pixels[at + 2] + 32768) >> 16;
  }
  return gray;
}

async function answer(network, { data, width, height }) {
  const count = network.inputMetadata[0].shape[3];
  const image = new ort.Tensor('uint8', channels(data, count), [1, height, width, count]);
  const { probabilities } = await network.run({ image }, ['probabilities']);
  return Array.from(probabilities.data, (p, i) => [i, Number(p.toFixed(7))])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, LISTED);
}

const request = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const networks = {};
for (const [name, path] of Object.entries(request.classifiers)) {
  networks[name] = await ort.InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}
const images = {};
for (const [name, path] of Object.entries(request.images)) {
  try {
    const decoded = await decode(path);
    const answers = {};
    for (const [classifier, network] of Object.entries(networks)) {
      answers[classifier] = await answer(network, decoded);
    }
    const { width, height, data } = decoded;
    images[name] = { width, height, pixels: createHash('sha256').update(data).digest('hex'), answers };
  } catch (e) {
    images[name] = { error: e.message.split('\n')[0] };
  }
}
const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
const versions = { node: process.versions.node, sharp: sharp.versions.sharp, 'onnxruntime-node': version };
process.stdout.write(JSON.stringify({ versions, images }));
