package terzi.cli;

import java.io.IOException;
import terzi.runs.Classified;
import terzi.runs.Classifying;
import terzi.runs.FailedImage;

/** What {@code terzi classify} prints. */
final class ClassifyAnswer {
    private ClassifyAnswer() {}

    static int run(Console console, Classifying request) throws IOException {
        Classified result = request.run(console.listener(), entry -> {
            if (entry instanceof FailedImage failed) {
                console.error(failed.cause());
            } else {
                console.print(entry.toString());
            }
            if (!console.isAnswerWanted()) {
                request.execution().cancel();
            }
        });
        console.json(result);
        if (result.failed() > 0 && result.images().size() > 1) {
            console.error(result.failed() + " of " + result.images().size() + " images could not be classified");
        }
        return result.failed() > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }
}
