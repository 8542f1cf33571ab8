package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneCard;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.data.Dataset;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.report.Comparison;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.files.RunFile;
import terzi.files.WholeFile;
import terzi.images.Image;
import terzi.images.ImageException;
import terzi.inference.ImageClassifier;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningJob;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.Unfreezing;
import terzi.training.run.TrainingException;

/**
 * Compares networks before a fine-tuning: each gets a head with the same images, and its classifier file is timed. The
 * one with the smallest out-of-fold log-loss within the time limit is taken. Test images play no part.
 */
final class BackboneChoice {
    private static final String AUTO = "auto";
    private static final int TIMED_IMAGES = 8;

    private final RunLog log;
    private final FineTuning request;
    private final FineTuningRecipe recipe;
    private final FineTuningData data;
    private final Path cache;

    BackboneChoice(RunLog log, FineTuning request, FineTuningRecipe recipe, FineTuningData data, Path cache) {
        this.log = log;
        this.request = request;
        this.recipe = recipe;
        this.data = data;
        this.cache = cache;
    }

    /** Whether a recipe's backbone is {@code auto}, or {@code auto:} with names. */
    static boolean isAsked(String backbone) {
        return backbone.equals(AUTO) || backbone.startsWith(AUTO + ":");
    }

    /** The networks to compare: those that are named, or all of the catalogue that are in the cache. */
    static List<String> candidates(String backbone) throws IOException {
        if (!backbone.equals(AUTO)) {
            List<String> named = Stream.of(backbone.substring(AUTO.length() + 1).split(",", -1))
                    .map(String::strip)
                    .toList();
            if (named.contains("") || new LinkedHashSet<>(named).size() < Math.max(2, named.size())) {
                throw new IOException("backbone " + backbone
                        + ": expected two or more different networks, such as auto:resnet50,a.onnx");
            }
            return named;
        }
        BackboneOptions options = BackboneOptions.defaults();
        List<String> cached = Backbones.cards().stream()
                .map(BackboneCard::name)
                .filter(name -> Backbones.cached(name, options).isPresent())
                .toList();
        if (cached.size() < 2) {
            throw new IOException("backbone auto: compares the networks that are cached, and there "
                    + (cached.isEmpty() ? "is none" : "is only " + cached.get(0))
                    + "; fetch some with `terzi backbones pull NAME`, or name networks: auto:resnet50,a.onnx");
        }
        return cached;
    }

    /**
     * What came out.
     *
     * @param told without the page, which has no folder yet
     * @param comparison of those that could be fine-tuned, the chosen one first; empty with fewer than two
     */
    record Outcome(ComparedBackbones told, Optional<Comparison> comparison) {
        /** The same, with the page in the folder of the run. */
        ComparedBackbones write(Path folder) throws IOException {
            Optional<Path> page = comparison.map(all -> RunFile.BACKBONES_PAGE.in(folder));
            if (page.isPresent()) {
                comparison.get().write(page.get());
            }
            ComparedBackbones written = new ComparedBackbones(
                    told.chosen(), told.withinMillis(), told.candidates(), told.sentences(), page);
            WholeFile.text(RunFile.BACKBONES.in(folder), out -> out.write(RunJson.text(written) + "\n"));
            return written;
        }
    }

    /** A network, with its head or the reason why it has none. */
    private record Tried(String name, String reason, Optional<Fitted> fitted) {}

    /** A network with its head, until it is timed. */
    private record Fitted(String name, String head, Evaluation outOfFold, Path file) {}

    Outcome run() throws IOException {
        List<String> names = candidates(recipe.backbone());
        OptionalDouble within = request.within().isPresent()
                ? OptionalDouble.of(request.within().get().toNanos() / 1e6)
                : OptionalDouble.empty();
        Path work = Files.createTempDirectory("terzi-backbones");
        try {
            List<Tried> tried = new ArrayList<>();
            for (String name : names) {
                log.step("network " + (tried.size() + 1) + " of " + names.size() + ": " + name);
                tried.add(tried(name, work.resolve(tried.size() + ".onnx")));
            }
            List<Fitted> fitted =
                    tried.stream().flatMap(one -> one.fitted().stream()).toList();
            if (fitted.isEmpty()) {
                throw new IOException("none of the networks can be fine-tuned: "
                        + tried.get(0).reason());
            }
            return outcome(tried, fitted, times(fitted), within);
        } finally {
            try (Stream<Path> files = Files.list(work)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(work);
        }
    }

    private Tried tried(String name, Path file) throws IOException {
        try (FineTuningProgress progress = new FineTuningProgress(log)) {
            Backbone backbone = BackboneAccess.open(log, request.execution(), name);
            FineTuningOptions options =
                    ImageSizes.suited(recipe.finetune().withUnfreeze(Unfreezing.defaults()), backbone);
            NetworkCheck.backbone(name, backbone, options);
            FineTuningJob job = new FineTuningJob(
                            backbone.network(),
                            backbone.preprocessing(),
                            data.splits().train(),
                            options,
                            cache)
                    .withGroups(data.jobGroups())
                    .withCancellation(request.execution().cancellation());
            FineTuningResult result = FineTuner.run(job, progress);
            ClassifierFile.write(
                    result.network(),
                    new ClassifierSpec(result.preprocessing(), result.labels(), 1, Map.of()),
                    DrawnGoldens.of(result.network(), result.preprocessing(), result.labels()),
                    file);
            Evaluation outOfFold =
                    OutOfFold.of(result, Optional.empty()).orElseThrow().all();
            return new Tried(
                    name, "", Optional.of(new Fitted(name, result.head().chosen(), outOfFold, file)));
        } catch (IOException | IllegalArgumentException | TrainingException e) {
            String reason = Causes.describe(e);
            log.warn(name + " is left out of the comparison: " + reason, e);
            return new Tried(name, reason, Optional.empty());
        }
    }

    private List<ComparedBackbones.Time> times(List<Fitted> fitted) throws IOException {
        List<ImageClassifier> classifiers = new ArrayList<>();
        try {
            for (Fitted one : fitted) {
                classifiers.add(ImageClassifier.load(one.file()));
            }
            return ResponseTimes.measure(classifiers, images(data.splits().train()), log);
        } finally {
            classifiers.forEach(ImageClassifier::close);
        }
    }

    /** Some images from all of the dataset. */
    private static List<Image> images(Dataset train) throws IOException {
        List<Image> images = new ArrayList<>();
        int step = Math.max(1, train.size() / TIMED_IMAGES);
        for (int i = 0; i < train.size() && images.size() < TIMED_IMAGES; i += step) {
            try {
                images.add(train.image(i));
            } catch (ImageException e) {
                e.rethrowUnlessUnreadable();
            }
        }
        if (images.isEmpty()) {
            throw new IOException("no image can be read to measure times with");
        }
        return images;
    }

    private Outcome outcome(
            List<Tried> tried, List<Fitted> fitted, List<ComparedBackbones.Time> times, OptionalDouble within)
            throws IOException {
        List<Integer> eligible = IntStream.range(0, fitted.size())
                .filter(i -> isWithin(times.get(i), within))
                .boxed()
                .toList();
        if (eligible.isEmpty()) {
            int fastest = IntStream.range(0, fitted.size())
                    .boxed()
                    .min(Comparator.comparingDouble(i -> times.get(i).millis()))
                    .orElseThrow();
            throw new IOException(String.format(
                    Locale.ROOT,
                    "no network answers within %s ms; the fastest, %s, takes %.1f ms (95 %% interval %.1f to %.1f):"
                            + " allow more time, or name smaller networks",
                    number(within.getAsDouble()),
                    fitted.get(fastest).name(),
                    times.get(fastest).millis(),
                    times.get(fastest).low(),
                    times.get(fastest).high()));
        }
        int best = eligible.stream()
                .min(Comparator.comparingDouble(i -> fitted.get(i).outOfFold().logLoss()))
                .orElseThrow();
        Optional<Comparison> comparison =
                fitted.size() < 2 ? Optional.empty() : Optional.of(comparison(fitted, times, best, within));
        List<String> sentences = new ArrayList<>();
        comparison.ifPresent(all -> all.differences().forEach(one -> sentences.add(all.sentence(one))));
        List<ComparedBackbones.Candidate> candidates = new ArrayList<>();
        for (Tried one : tried) {
            Optional<ComparedBackbones.Time> time = one.fitted().map(known -> times.get(fitted.indexOf(known)));
            candidates.add(candidate(one, time, within));
        }
        String chosen = fitted.get(best).name();
        log.step("chosen: " + chosen);
        return new Outcome(new ComparedBackbones(chosen, within, candidates, sentences, Optional.empty()), comparison);
    }

    private static boolean isWithin(ComparedBackbones.Time time, OptionalDouble within) {
        return within.isEmpty() || time.high() <= within.getAsDouble();
    }

    private static ComparedBackbones.Candidate candidate(
            Tried one, Optional<ComparedBackbones.Time> time, OptionalDouble within) throws IOException {
        return new ComparedBackbones.Candidate(
                one.name(),
                one.reason(),
                one.fitted().map(Fitted::head).orElse(""),
                one.fitted().map(known -> MetricsSummary.of(known.outOfFold())),
                time,
                one.fitted().isPresent() ? Files.size(one.fitted().get().file()) : 0,
                time.filter(known -> isWithin(known, within)).isPresent());
    }

    private Comparison comparison(
            List<Fitted> fitted, List<ComparedBackbones.Time> times, int best, OptionalDouble within)
            throws IOException {
        List<Integer> order = Stream.concat(
                        Stream.of(best),
                        IntStream.range(0, fitted.size()).filter(i -> i != best).boxed())
                .toList();
        String images = data.splits().train().digest();
        List<Comparison.Run> runs = new ArrayList<>();
        List<Comparison.Cost> costs = new ArrayList<>();
        for (int i : order) {
            Fitted one = fitted.get(i);
            ComparedBackbones.Time time = times.get(i);
            runs.add(
                    new Comparison.Run(one.name(), one.outOfFold(), "out-of-fold", images, Map.of("head", one.head())));
            costs.add(
                    new Comparison.Cost(time.millis(), new Interval(time.low(), time.high()), Files.size(one.file())));
        }
        return Comparison.of(runs).withCosts(costs, within);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
