package terzi.bench;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Latency;
import terzi.bench.BenchReport.Load;
import terzi.bench.BenchReport.Throughput;

/** {@code results.csv}: one line for each number, so that a spreadsheet can filter and pivot. */
final class BenchCsv {
    private static final List<String> HEADER =
            List.of("model", "backend", "subject", "metric", "batch", "value", "low", "high", "unit", "note");

    private static final String MS = "ms";

    private final CsvWriter csv;
    private final String model;
    private final Entry entry;

    private BenchCsv(CsvWriter csv, String model, Entry entry) {
        this.csv = csv;
        this.model = model;
        this.entry = entry;
    }

    static void write(BenchReport report, Writer out) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
            csv.writeRecord(HEADER);
            for (Entry entry : report.entries()) {
                new BenchCsv(csv, report.network().name(), entry).write();
            }
        }
    }

    private void write() {
        if (entry.figures().isEmpty()) {
            line("unavailable", "", "", "", "", "", entry.reason());
            return;
        }
        Figures figures = entry.figures().get();
        figures.loadMillis().forEach(millis -> value("load", millis, MS));
        figures.firstAnswerMillis().forEach(millis -> value("first_answer", millis, MS));
        figures.peakMib().ifPresent(mib -> value("peak_memory", mib, "MiB"));
        value("warm_up", figures.warmUpSeconds(), "s");
        latency("latency", figures.latency());
        for (Throughput throughput : figures.throughput()) {
            Estimate speed = throughput.perSecond();
            line(
                    "throughput",
                    Integer.toString(throughput.batch()),
                    Double.toString(speed.value()),
                    Double.toString(speed.interval().low()),
                    Double.toString(speed.interval().high()),
                    "images/s",
                    "");
        }
        figures.othersShare().ifPresent(share -> value("others_share", share, "share"));
        figures.load().ifPresent(this::load);
        figures.agreement().ifPresent(agreement -> {
            value("largest_difference", agreement.largestDifference(), "logit");
            value("same_label", agreement.sameLabel(), "share");
            line("agrees", "", agreement.agrees() ? "1" : "0", "", "", "", "");
        });
        entry.verdict()
                .ifPresent(verdict -> estimate(
                        "time_against_baseline",
                        verdict.ratio(),
                        "ratio",
                        verdict.word().toString()));
    }

    private void load(Load load) {
        value("load_arrivals", load.arrivalsPerSecond(), "images/s");
        value("load_use", load.use(), "share");
        latency("load_response", load.response());
        latency("load_service", load.service());
    }

    private void latency(String metric, Latency latency) {
        estimate(metric + "_p50", latency.p50(), MS, "");
        estimate(metric + "_p90", latency.p90(), MS, "");
        estimate(metric + "_p95", latency.p95(), MS, "");
        estimate(metric + "_p99", latency.p99(), MS, "");
        value(metric + "_max", latency.max(), MS);
    }

    private void value(String metric, double value, String unit) {
        line(metric, "", Double.toString(value), "", "", unit, "");
    }

    private void estimate(String metric, Estimate estimate, String unit, String note) {
        line(
                metric,
                "",
                Double.toString(estimate.value()),
                Double.toString(estimate.interval().low()),
                Double.toString(estimate.interval().high()),
                unit,
                note);
    }

    private void line(String metric, String batch, String value, String low, String high, String unit, String note) {
        csv.writeRecord(model, entry.id(), entry.subject().name(), metric, batch, value, low, high, unit, note);
    }
}
