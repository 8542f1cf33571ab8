package terzi.cli;

import java.io.IOException;
import terzi.evaluation.report.Counted;
import terzi.runs.Explained;
import terzi.runs.Explaining;
import terzi.runs.FailedImage;

/** What {@code terzi explain} prints. */
final class ExplainAnswer {
    private ExplainAnswer() {}

    static int run(Console console, Explaining request) throws IOException {
        Explained result = request.run(console.listener(), entry -> {
            if (entry instanceof FailedImage failed) {
                console.error(failed.cause());
            } else {
                console.print(entry.toString());
            }
        });
        result.contactSheets().forEach(sheet -> console.print("all together: " + sheet));
        console.json(result);
        if (result.failed() > 0 && result.images().size() > 1) {
            console.error(
                    result.failed() + " of " + Counted.of(result.images().size(), "image") + " could not be explained");
        }
        return result.failed() > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }
}
