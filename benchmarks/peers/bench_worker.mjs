// A worker of `./terzi bench` in node: one network on onnxruntime-node. modules/bench starts it and talks to it.
//
// Usage: node bench_worker.mjs kind=network|files model=FILE threads=2 [optimization=all|none|basic|extended] [arena=on|off]
//     kind=network   inputs=FILE (float32, little-endian, [images,C,H,W]) images=M; the first output is the logits
//     kind=files     folder=FOLDER of JPEG or PNG files; the model is a classifier file of Terzi
//
// Prints {"ready": {...}} or {"unavailable": why}, then answers the commands `answer N`, `latency B S`, `open FILE` and `quit` on
// stdin as bench_worker.py says. Wants `npm install --ignore-scripts --prefix benchmarks/peers`.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const SPIN = 2_000_000; // nanoseconds before an arrival from which on we do not dare to sleep
const MOST_ROWS = 32; // in one call of an answer
const LEVELS = { all: 'all', none: 'disabled', basic: 'basic', extended: 'extended' };
const CHOICES = {
  kind: ['network', 'files'],
  precision: ['fp32'],
  layout: ['channels-first'],
  optimization: Object.keys(LEVELS),
  arena: ['on', 'off'],
};

class Unavailable extends Error {}

const clock = () => Number(process.hrtime.bigint());
const say = answer => process.stdout.write(JSON.stringify(answer) + '\n');

async function load(name) {
  try {
    return (await import(name)).default;
  } catch (error) {
    const why = error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : error.message;
    throw new Unavailable(`${name}: ${why}: npm install --ignore-scripts --prefix benchmarks/peers`);
  }
}

function floats(file) {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

// kind=network: batches of the images in a file
class Images {
  answer = 'logits';
  batches = new Map();

  constructor(ort, session, options) {
    this.ort = ort;
    this.session = session;
    [this.input] = session.inputNames;
    [this.output] = session.outputNames;
    this.shape = session.inputMetadata[0].shape.slice(1);
    this.classes = session.outputMetadata[0].shape[1];
    this.size = this.shape.reduce((product, length) => product * length, 1);
    this.count = Number(options.images);
    this.all = floats(options.inputs);
    if (this.all.length !== this.count * this.size) {
      throw new Error(`${options.inputs} holds ${this.all.length} numbers, the model takes [${[this.count, ...this.shape]}]`);
    }
  }

  batch(start, rows) {
    const data = new Float32Array(rows * this.size);
    for (let row = 0; row < rows; row++) {
      const image = (start + row) % this.count;
      data.set(this.all.subarray(image * this.size, (image + 1) * this.size), row * this.size);
    }
    const logits = new this.ort.Tensor('float32', new Float32Array(rows * this.classes), [rows, this.classes]);
    return [{ [this.input]: new this.ort.Tensor('float32', data, [rows, ...this.shape]) }, { [this.output]: logits }];
  }

  call(rows) {
    if (!this.batches.has(rows)) {
      this.batches.set(rows, this.batch(0, rows));
    }
    const [feeds, fetches] = this.batches.get(rows);
    return () => this.session.run(feeds, fetches);
  }

  async rows(count) {
    const found = [];
    for (let start = 0; start < count; start += MOST_ROWS) {
      const rows = Math.min(MOST_ROWS, count - start);
      const { data } = (await this.session.run(...this.batch(start, rows)))[this.output];
      for (let row = 0; row < rows; row++) {
        found.push(Array.from(data.subarray(row * this.classes, (row + 1) * this.classes)));
      }
    }
    return found;
  }
}

// kind=files: from the file to the best label, round the folder
class Files {
  answer = 'probabilities';
  next = 0;

  constructor(ort, session, options, sharp) {
    this.ort = ort;
    this.session = session;
    this.sharp = sharp;
    this.channels = session.inputMetadata[0].shape[3];
    this.outputs = ['probabilities', 'strangeness'].filter(name => session.outputNames.includes(name)); // as Terzi does
    this.paths = readdirSync(options.folder, { withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(options.folder, entry.name))
      .sort();
  }

  async probabilities(path) {
    const decoded = this.sharp(path, { ignoreIcc: true }).autoOrient().toColourspace(this.channels === 3 ? 'srgb' : 'b-w');
    const { data, info } = await decoded.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const image = new this.ort.Tensor('uint8', data, [1, info.height, info.width, this.channels]);
    return (await this.session.run({ image }, this.outputs)).probabilities.data;
  }

  call(rows) {
    if (rows !== 1) {
      throw new Error(`batch ${rows}: files are classified one at a time`);
    }
    return async () => {
      const probabilities = await this.probabilities(this.paths[this.next++ % this.paths.length]);
      return probabilities.indexOf(Math.max(...probabilities));
    };
  }

  async rows(count) {
    const found = [];
    for (const path of this.paths.slice(0, count)) {
      found.push(Array.from(await this.probabilities(path)));
    }
    return found;
  }
}

async function latency(call, seconds) {
  const nanos = [];
  const until = clock() + seconds * 1e9;
  do {
    const start = clock();
    await call();
    nanos.push(clock() - start);
  } while (clock() < until);
  return { nanos };
}

async function open(call, file) {
  const bytes = readFileSync(file);
  const [response, service] = [[], []];
  const begun = clock();
  for (let at = 0; at < bytes.length; at += 8) {
    const arrival = begun + Math.round(bytes.readDoubleLE(at) * 1e9);
    for (let early = arrival - clock(); early > 0; early = arrival - clock()) {
      if (early > SPIN) {
        await sleep(Math.floor((early - SPIN) / 1e6));
      }
    }
    const start = clock();
    await call();
    const end = clock();
    response.push(end - arrival);
    service.push(end - start);
  }
  return { response_nanos: response, service_nanos: service };
}

async function obey(work, line) {
  const [command, ...words] = line.split(' ');
  switch (command) {
    case 'answer':
      return { [work.answer]: await work.rows(Number(words[0])) };
    case 'latency':
      return latency(work.call(Number(words[0])), Number(words[1]));
    case 'open':
      return open(work.call(1), words.join(' '));
    default:
      throw new Error(`no such command: ${command}; there are answer, latency, open and quit`);
  }
}

async function start(given) {
  const options = { ...Object.fromEntries(Object.entries(CHOICES).map(([key, [first]]) => [key, first])), ...given };
  for (const [key, allowed] of Object.entries(CHOICES)) {
    if (!allowed.includes(options[key])) {
      throw new Unavailable(`${key}=${options[key]}: onnxruntime-node has ${key}=${allowed.join(' or ')} only`);
    }
  }
  const ort = await load('onnxruntime-node');
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  const versions = { node: process.versions.node, 'onnxruntime-node': version };
  let sharp;
  if (options.kind === 'files') {
    sharp = await load('sharp');
    sharp.cache(false);
    sharp.concurrency(Number(options.threads));
    versions.sharp = sharp.versions.sharp;
  }
  const begun = clock();
  const session = await ort.InferenceSession.create(options.model, {
    intraOpNumThreads: Number(options.threads),
    interOpNumThreads: 1,
    graphOptimizationLevel: LEVELS[options.optimization],
    enableCpuMemArena: options.arena === 'on',
    logSeverityLevel: 4,
  });
  const load_ms = (clock() - begun) / 1e6;
  const work = new (options.kind === 'files' ? Files : Images)(ort, session, options, sharp);
  return [work, { ready: { load_ms, versions } }];
}

try {
  const [work, ready] = await start(Object.fromEntries(process.argv.slice(2).map(a => a.match(/^([^=]*)=(.*)$/s).slice(1))));
  say(ready);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'quit') {
      break;
    }
    say(await obey(work, line));
  }
} catch (error) {
  if (error instanceof Unavailable) {
    say({ unavailable: error.message });
  } else {
    console.error(error);
    say({ error: String(error.message ?? error) });
    process.exitCode = 1;
  }
}
process.stdin.destroy();
