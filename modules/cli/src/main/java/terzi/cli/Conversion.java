package terzi.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.backbones.PixelValues;
import terzi.onnx.Model;
import terzi.onnx.ModelChecker;
import terzi.onnx.ModelSummary;

/** The work of {@code terzi convert}. */
final class Conversion {
    private Conversion() {}

    static int run(
            Console console,
            Path source,
            Optional<Path> output,
            Optional<ConvertCommand.Pixels> pixels,
            Optional<Path> labels)
            throws IOException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        if (source.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            throw new IOException(source + ": is an ONNX file already; 'terzi inspect' shows what is in it");
        }
        Path target = output.orElseGet(() -> beside(source));
        if (output.isEmpty() && Files.exists(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "is there already; name the file to write with -o");
        }
        BackboneOptions options = BackboneOptions.defaults();
        if (labels.isPresent()) {
            options = options.withLabels(Files.readAllLines(labels.get(), StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank())
                    .map(String::strip)
                    .toList());
        }
        if (pixels.isPresent()) {
            options = options.withPixels(PixelValues.valueOf(pixels.get().name()));
        }
        Backbone backbone = Backbones.open(source.toString(), options);
        Model network = backbone.network();
        ModelChecker.check(network);
        network.write(target);
        print(console, source, target, backbone);
        return ExitCode.OK;
    }

    private static Path beside(Path source) {
        String name = String.valueOf(source.getFileName());
        int dot = name.lastIndexOf('.');
        return source.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".onnx");
    }

    private static void print(Console console, Path source, Path target, Backbone backbone) throws IOException {
        Model network = backbone.network();
        ModelSummary summary = ModelSummary.of(network);
        console.print(summary.text().stripTrailing());
        console.print("");
        network.graph().trueInputs().forEach(v -> console.print("input     " + v.name() + "  " + v.type()));
        network.graph().outputs().forEach(v -> console.print("output    " + v.name() + "  " + v.type()));
        console.print("head      " + HeadText.of(network));
        console.print("images  " + BackboneListing.text(backbone.preprocessing()));
        BackboneListing.remarks(console, backbone.card());
        console.print("");
        console.print(
                backbone.card().description() + " became " + target + " (" + Sizes.text(Files.size(target)) + ")");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("source", source.toString());
        answer.put("file", target.toString());
        answer.put("bytes", Files.size(target));
        answer.put("description", backbone.card().description());
        answer.put("digest", backbone.card().digest());
        answer.put("layers", summary.rows().size());
        answer.put("parameters", summary.total());
        answer.put("inputs", types(network.graph().trueInputs()));
        answer.put("outputs", types(network.graph().outputs()));
        answer.put("head", HeadText.of(network));
        answer.put("preprocessing", BackboneListing.text(backbone.preprocessing()));
        answer.put("labels", backbone.labels());
        answer.put("remarks", backbone.card().remarks());
        console.json(answer);
    }

    private static Map<String, String> types(List<terzi.onnx.ValueInfo> values) {
        Map<String, String> types = new LinkedHashMap<>();
        values.forEach(value -> types.put(value.name(), value.type().toString()));
        return types;
    }
}
