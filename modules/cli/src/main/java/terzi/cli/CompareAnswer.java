package terzi.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import terzi.evaluation.TextTable;
import terzi.runs.Compared;
import terzi.runs.Comparing;
import terzi.runs.Figures;
import terzi.runs.Sizes;

/** What {@code terzi compare} prints. */
final class CompareAnswer {
    private CompareAnswer() {}

    static int run(Console console, Comparing request) throws IOException {
        Compared result = request.run(console.listener());
        List<String> next = result.next().stream().map(Shell::asCalled).toList();
        console.printTable(table(result.runs()).text(console.tableColumns()));
        console.print("");
        result.differences().forEach(difference -> console.print(difference.sentence()));
        if (!next.isEmpty()) {
            console.print("These are totals, so nothing was tested. To test it on the same images, image by image:");
            next.forEach(command -> console.print("next: " + command));
        }
        result.page().ifPresent(page -> {
            console.print("");
            console.print("page: " + page);
        });
        console.json(new Compared(result.runs(), result.differences(), result.page(), next));
        return ExitCode.OK;
    }

    private static TextTable table(List<Compared.Candidate> runs) {
        TextTable table = new TextTable("run", "accuracy", "95 % interval", "macro-F1", "log-loss", "ECE", "images");
        for (Compared.Candidate run : runs) {
            Figures figures = run.figures();
            table.row(
                    run.name(),
                    format("%.2f %%", figures.accuracy() * 100),
                    format("%.2f to %.2f %%", figures.accuracyLow() * 100, figures.accuracyHigh() * 100),
                    format("%.2f %%", figures.macroF1() * 100),
                    format("%.4f", figures.logLoss()),
                    format("%.4f", figures.ece()),
                    Sizes.count(figures.count()) + " " + run.measuredOn());
        }
        return table;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
