package terzi.cli.terminal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import terzi.runs.Execution;
import terzi.runs.Run;
import terzi.runs.RunEvent;
import terzi.runs.RunListener;

/**
 * Lets Ctrl-C end a run in good order: it finishes its step and writes its checkpoint, the command says how to go on, and only
 * then does the JVM end, with the exit status of the signal.
 */
public final class Interruption {
    private static final long PATIENCE_SECONDS = 60;

    private final Console console;
    private final Execution execution;
    private final CountDownLatch commandEnded = new CountDownLatch(1);
    private volatile Optional<RunEvent.Phase> phase = Optional.empty();

    private Interruption(Console console, Execution execution) {
        this.console = console;
        this.execution = execution;
    }

    /**
     * Carries out a run that Ctrl-C may end.
     *
     * @param execution that of the request
     * @param answer prints the result and gives the exit status; not called for a run that was ended, which is told here
     */
    public static <R> int run(Console console, Execution execution, Run<R> request, ToIntFunction<R> answer)
            throws IOException {
        Interruption interruption = new Interruption(console, execution);
        Thread hook = new Thread(interruption::endInGoodOrder, "terzi-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        R result;
        try {
            result = request.run(interruption.listening(console.listener()));
        } catch (CancellationException e) {
            console.progress(String.valueOf(e.getMessage()));
            return ExitCode.INTERRUPTED;
        } finally {
            interruption.commandEnded.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // the hook is what is running
            }
        }
        return answer.applyAsInt(result);
    }

    /** Before and after the long work an interrupt has no checkpoint to wait for. */
    private RunListener listening(RunListener listener) {
        return event -> {
            if (event instanceof RunEvent.Entered entered) {
                phase = Optional.of(entered.phase());
            }
            listener.on(event);
        };
    }

    private void endInGoodOrder() {
        if (phase.isEmpty()) {
            console.progress("stopped before the first step; nothing was computed");
            return;
        }
        if (phase.get() == RunEvent.Phase.FINISHING) {
            console.progress("stopped before its results were complete");
            return;
        }
        execution.cancel();
        try {
            var unused = commandEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
