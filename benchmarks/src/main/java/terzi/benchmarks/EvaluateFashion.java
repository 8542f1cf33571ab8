package terzi.benchmarks;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.images.Image;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import tools.jackson.databind.json.JsonMapper;

/**
 * Both sides of {@link EvaluationComparison}: the test images through a classifier file, by Terzi with everything that
 * {@code terzi evaluate} computes, or by ONNX Runtime alone from one buffer of pixels.
 */
@Command(name = "EvaluateFashion", mixinStandardHelpOptions = true)
final class EvaluateFashion implements Callable<Integer> {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int WINDOW = 256;
    /** The runtime alone may choose how many images go together. */
    private static final int[] BATCHES = {16, 32, 64, 128, 256, 1000};

    @Option(names = "--runtime-alone", description = "ONNX Runtime without Terzi")
    boolean runtimeAlone;

    @Option(names = "--model", defaultValue = "models/fashion-mnist-deep/classifier.onnx")
    Path model = Path.of("");

    @Option(names = "--data", description = "folder with the IDX files")
    Optional<Path> data = Optional.empty();

    @Option(names = "--passes", defaultValue = "5", description = "over the 10,000 images; one more warms up")
    int passes;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EvaluateFashion()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, OrtException {
        DatasetOptions where = DatasetOptions.defaults().withHeldOut(0, 0);
        Dataset images = Datasets.open(
                        "fashion-mnist", data.map(where::withFolder).orElse(where))
                .test()
                .orElseThrow();
        if (runtimeAlone) {
            alone(images);
        } else {
            terzi(images);
        }
        return 0;
    }

    private void terzi(Dataset images) throws IOException {
        ClassifierOptions options =
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(threads);
        try (ImageClassifier classifier = ImageClassifier.load(model, options)) {
            say(Map.of("info", Map.of("side", "terzi", "threads", threads)));
            double accuracy = 0;
            for (int pass = 0; pass <= passes; pass++) {
                long start = System.nanoTime();
                float[][] probabilities = new float[images.size()][];
                for (int from = 0; from < images.size(); from += WINDOW) {
                    List<Image> window = new ArrayList<>();
                    for (int i = from; i < Math.min(images.size(), from + WINDOW); i++) {
                        window.add(images.image(i));
                    }
                    int at = from;
                    for (Prediction prediction : classifier.classify(window)) {
                        probabilities[at++] = prediction.probabilities();
                    }
                }
                accuracy = Evaluation.of(Predictions.of(images.labels(), images.labelIndices(), probabilities))
                        .accuracy();
                report(pass, start);
            }
            say(Map.of("info", Map.of("accuracy", accuracy)));
        }
    }

    private void alone(Dataset images) throws IOException, OrtException {
        Image first = images.image(0);
        int bytes = first.width() * first.height();
        ByteBuffer pixels = ByteBuffer.allocateDirect(bytes * images.size()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < images.size(); i++) {
            pixels.put(images.image(i).pixels());
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.toString(), options)) {
                long[] shape = {0, first.height(), first.width(), 1};
                int best = BATCHES[0];
                double fastest = Double.MAX_VALUE;
                for (int batch : BATCHES) {
                    run(environment, session, pixels, shape, bytes, images, batch);
                    long start = System.nanoTime();
                    run(environment, session, pixels, shape, bytes, images, batch);
                    double seconds = (System.nanoTime() - start) / 1e9;
                    if (seconds < fastest) {
                        fastest = seconds;
                        best = batch;
                    }
                }
                say(Map.of("info", Map.of("side", "onnxruntime", "threads", threads, "batch", best)));
                double accuracy = 0;
                for (int pass = 0; pass <= passes; pass++) {
                    long start = System.nanoTime();
                    accuracy = run(environment, session, pixels, shape, bytes, images, best);
                    report(pass, start);
                }
                say(Map.of("info", Map.of("accuracy", accuracy)));
            }
        }
    }

    /** All images once; the share of right answers, so that both sides are seen to do the same. */
    private static double run(
            OrtEnvironment environment,
            OrtSession session,
            ByteBuffer pixels,
            long[] shape,
            int bytes,
            Dataset images,
            int batch)
            throws OrtException {
        int right = 0;
        for (int from = 0; from < images.size(); from += batch) {
            int to = Math.min(images.size(), from + batch);
            shape[0] = (long) to - from;
            ByteBuffer part = pixels.duplicate()
                    .position(from * bytes)
                    .limit(to * bytes)
                    .slice()
                    .order(ByteOrder.nativeOrder());
            try (OnnxTensor input = OnnxTensor.createTensor(environment, part, shape, OnnxJavaType.UINT8);
                    OrtSession.Result result = session.run(Map.of("image", input), Set.of("probabilities"))) {
                float[][] probabilities = (float[][]) result.get(0).getValue();
                for (int i = from; i < to; i++) {
                    right += isHighest(probabilities[i - from], images.label(i)) ? 1 : 0;
                }
            }
        }
        return (double) right / images.size();
    }

    private static boolean isHighest(float[] row, int label) {
        for (float value : row) {
            if (value > row[label]) {
                return false;
            }
        }
        return true;
    }

    private static void report(int pass, long start) {
        if (pass > 0) {
            say(Map.of("metric", "evaluation_seconds", "value", (System.nanoTime() - start) / 1e9));
        }
    }

    private static void say(Map<String, Object> line) {
        System.out.println(MAPPER.writeValueAsString(line));
        System.out.flush();
    }
}
