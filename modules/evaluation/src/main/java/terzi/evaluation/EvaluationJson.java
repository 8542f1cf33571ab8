package terzi.evaluation;

import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The figures for programs: keys in a fixed order, lines that a diff can show. */
final class EvaluationJson {

    private static final int SCHEMA = 1;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectWriter WRITER =
            MAPPER.writer().with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private EvaluationJson() {}

    /** The k of "top-k" that say something with so few classes. */
    static int[] topKs(Evaluation e) {
        return IntStream.of(1, 3, 5).filter(k -> k < e.labels().size()).toArray();
    }

    static String of(Evaluation e) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", SCHEMA);
        root.put("count", e.count());
        root.put("correct", e.confusion().correct());
        root.put("accuracy", e.accuracy());
        interval(root.putObject("accuracy_interval"), e.accuracyInterval());
        ObjectNode top = root.putObject("top_k");
        for (int k : topKs(e)) {
            top.put(Integer.toString(k), e.topK(k));
        }
        root.put("balanced_accuracy", e.confusion().balancedAccuracy());
        root.put("cohen_kappa", e.confusion().cohenKappa());
        root.put("matthews_correlation", e.confusion().matthewsCorrelation());
        root.put("log_loss", e.logLoss());
        root.put("ece", e.ece());
        average(root.putObject("macro"), e.macro());
        average(root.putObject("weighted"), e.weighted());
        ArrayNode classes = root.putArray("classes");
        for (ClassMetrics m : e.perClass()) {
            ObjectNode node = classes.addObject();
            node.put("label", m.label());
            node.put("precision", m.precision());
            node.put("recall", m.recall());
            interval(node.putObject("recall_interval"), m.recallInterval());
            node.put("f1", m.f1());
            node.put("support", m.support());
            node.put("predicted", m.predicted());
        }
        ArrayNode confusion = root.putArray("confusion_matrix");
        for (long[] row : e.confusion().counts()) {
            ArrayNode cells = confusion.addArray();
            for (long count : row) {
                cells.add(count);
            }
        }
        calibration(root.putObject("calibration"), e.calibration());
        e.sets().ifPresent(sets -> sets(root.putObject("prediction_sets"), sets));
        e.strangeness().ifPresent(strangeness -> strangeness(root.putArray("strangeness"), strangeness));
        return WRITER.writeValueAsString(root) + "\n";
    }

    private static void calibration(ObjectNode node, Calibration calibration) {
        node.put("expected_error", calibration.expectedError());
        node.put("maximum_error", calibration.maximumError());
        ArrayNode bins = node.putArray("bins");
        List<Calibration.Bin> all = calibration.bins();
        for (Calibration.Bin bin : all) {
            ObjectNode b = bins.addObject();
            b.put("low", bin.low());
            b.put("high", bin.high());
            b.put("count", bin.count());
            b.put("accuracy", bin.accuracy());
            b.put("confidence", bin.confidence());
        }
    }

    private static void sets(ObjectNode node, SetCoverage sets) {
        node.put("promised", sets.promised());
        coverage(node, sets.total());
        ArrayNode classes = node.putArray("classes");
        for (SetCoverage.ClassCoverage one : sets.classes()) {
            coverage(classes.addObject().put("label", one.label()), one);
        }
    }

    private static void coverage(ObjectNode node, SetCoverage.ClassCoverage coverage) {
        node.put("images", coverage.images());
        node.put("covered", coverage.covered());
        if (coverage.images() > 0) { // else there is no share
            node.put("coverage", coverage.share());
            interval(node.putObject("coverage_interval"), coverage.interval());
            node.put("mean_size", coverage.meanSize());
        }
    }

    private static void strangeness(ArrayNode node, Strangeness strangeness) {
        for (Strangeness.Rejected one : strangeness.reported()) {
            ObjectNode row = node.addObject();
            row.put("threshold", one.threshold());
            row.put("promised", one.promised());
            row.put("rejected", one.rejected());
            row.put("share", one.share());
            interval(row.putObject("share_interval"), one.interval());
        }
    }

    private static void interval(ObjectNode node, Interval interval) {
        node.put("low", interval.low());
        node.put("high", interval.high());
        node.put("level", Interval.LEVEL);
    }

    private static void average(ObjectNode node, Average average) {
        node.put("precision", average.precision());
        node.put("recall", average.recall());
        node.put("f1", average.f1());
    }
}
