package terzi.cli.command;

import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.runs.ClassifiedImages;
import terzi.runs.Classifying;
import terzi.runs.NetworkFacts;

/** {@code terzi classify}. */
@Command(
        name = "classify",
        description = {
            "Classify images: labels with calibrated probabilities.",
            "An image that cannot be read is reported and the others are still classified; the exit status is"
                    + " then 1."
        },
        footer = {
            "  terzi classify runs/train/fashion-mnist-deep shoe.png",
            "  terzi classify classifier.onnx photos/ --top-k 1 --json",
            "  terzi classify classifier.onnx photos/ --reject 0.05 --set 0.9",
            "  terzi classify hugging-face-folder/ photos/",
            "  terzi classify network.onnx photos/ --labels cat,dog --pixels imagenet",
            "  curl -s URL | terzi classify classifier.onnx -"
        })
final class ClassifyCommand extends ImagesCommand {
    @ArgGroup(validate = false, heading = "%nClassifying:%n", order = 1)
    private Options options = new Options();

    @ArgGroup(validate = false, heading = RunOptions.Network.HEADING, order = 3)
    private RunOptions.Network network = new RunOptions.Network();

    private static final class Options {
        @Option(
                names = {"-k", "--top-k"},
                paramLabel = "K",
                defaultValue = "3",
                description = "Number of most probable labels to list (default: ${DEFAULT-VALUE}).")
        int topK = 3;

        @Option(
                names = "--reject",
                paramLabel = "SHARE",
                arity = "0..1",
                parameterConsumer = Share.class,
                description = "Answer no label for images unlike the training images. SHARE of images like those may"
                        + " be rejected by mistake (default: 0.01).")
        @Nullable Double rejection;

        @Option(
                names = "--set",
                paramLabel = "COVERAGE",
                description = "Also list the labels among which the right one is with this probability, such as 0.9.")
        @Nullable Double coverage;

        Classifying change(Classifying request) {
            Classifying rejecting = rejection == null ? request : request.withRejection(rejection);
            return coverage == null ? rejecting : rejecting.withSet(coverage);
        }
    }

    /** The number after --reject, if there is one: an image may follow as well. */
    private static final class Share implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> rest, ArgSpec option, CommandSpec command) {
            boolean isNumber = !rest.isEmpty() && rest.peek().matches("\\d*\\.?\\d+(e-?\\d+)?");
            option.setValue(Double.valueOf(isNumber ? rest.pop() : "0.01"));
        }
    }

    @Override
    int run(Console console) throws Exception {
        NetworkFacts facts = checked(network::facts);
        Classifying request = checked(() -> options.change(Classifying.of(model, images())
                .withNetwork(facts)
                .withStandardInput(console.streams().in())
                .withRuntime(computing.choice(options.topK))));
        ClassifiedImages result = request.run(console.listener(), entry -> {
            print(console, entry);
            if (!console.isAnswerWanted()) {
                request.execution().cancel();
            }
        });
        console.json(result);
        return exitCode(console, result.failed(), result.images().size(), "classified");
    }
}
