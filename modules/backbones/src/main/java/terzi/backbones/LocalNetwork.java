package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import terzi.backbones.keras.KerasConversion;
import terzi.backbones.keras.KerasConverter;
import terzi.backbones.torch.StateDict;
import terzi.files.Sha256;
import terzi.images.HubConfig;
import terzi.images.Preprocessing;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.shapes.ModelSummary;

/** Opens a network that lies in a file. */
final class LocalNetwork {
    private LocalNetwork() {}

    static Backbone open(Path path, BackboneOptions options) throws IOException {
        Path file = Files.isDirectory(path) ? inFolder(path) : path;
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".pth") || name.endsWith(".pt")) {
            throw weightsAlone(file);
        }
        return name.endsWith(".onnx") ? onnx(file, options) : keras(file, options);
    }

    private static BackboneException weightsAlone(Path file) throws IOException {
        Map<String, Tensor> tensors = StateDict.read(file);
        return new BackboneException(file + ": has " + tensors.size() + " tensors of PyTorch, the first is "
                + tensors.values().iterator().next() + ", but not the network that they belong to. Export both once, in"
                + " Python, and give that file: torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224),"
                + " \"network.onnx\", dynamic_axes={\"input\": {0: \"N\"}}, input_names=[\"input\"])");
    }

    private static Path inFolder(Path folder) throws IOException {
        for (String name : List.of("onnx/model.onnx", "model.onnx", "model.json")) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        throw new BackboneException(folder
                + ": holds no network; expected onnx/model.onnx, model.onnx or model.json. It has " + names(folder));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .limit(20)
                    .toList();
        }
    }

    // ---- ONNX ----

    private static Backbone onnx(Path file, BackboneOptions options) throws IOException {
        options.listener().step("reading " + file);
        Model model = ModelFile.read(file);
        String own = model.metadata().get(BackboneJson.KEY);
        if (own != null) {
            BackboneCard card = BackboneJson.card(own, file.toString());
            List<String> labels = options.labels().orElse(BackboneJson.labels(own, file.toString()));
            Preprocessing preprocessing = options.preprocessing().orElse(card.preprocessing());
            return new Backbone(model, preprocessing, labels, card);
        }
        List<String> remarks = new ArrayList<>();
        Preprocessing preprocessing = preprocessing(file, model, options, remarks);
        Optional<FeatureLocation> location = location(file, model, options, remarks);
        List<String> labels = location.isPresent() ? List.of() : labels(file, model, options, remarks);
        Model network = Convention.apply(model, location, file.toString(), remarks);
        BackboneCard card = card(
                file,
                new Described(network, preprocessing, "an ONNX file", location.orElse(FeatureLocation.POOLED)),
                remarks);
        return new Backbone(network, preprocessing, labels, card);
    }

    private static Preprocessing preprocessing(Path file, Model model, BackboneOptions options, List<String> remarks)
            throws IOException {
        if (options.preprocessing().isPresent()) {
            return options.preprocessing().get();
        }
        Optional<Preprocessing> beside = HubFiles.preprocessing(file, remarks);
        if (beside.isPresent()) {
            return beside.get();
        }
        if (options.pixels().isEmpty() && options.unknowns() == BackboneOptions.Unknowns.REFUSE) {
            throw new BackboneException(
                    file + ": nothing says how images are prepared for it. Tell its pixel values by"
                            + " withPixels(...), or all of it by withPreprocessing(...), or put a preprocessor_config.json beside it");
        }
        List<String> all = new ArrayList<>();
        Preprocessing assumed = assumed(model, all);
        if (options.pixels().isEmpty()) {
            remarks.addAll(all);
            return assumed;
        }
        remarks.add("nothing says how images are cut: assumed are " + assumed.width() + " x " + assumed.height()
                + " from the centre");
        return options.pixels().get().in(assumed);
    }

    /** Where the features of a network without a head are; empty if it has one. */
    private static Optional<FeatureLocation> location(
            Path file, Model model, BackboneOptions options, List<String> remarks) throws IOException {
        if (options.features().isPresent()) {
            return options.features().filter(location -> location != FeatureLocation.POOLED);
        }
        Optional<Path> config = HubFiles.near(file, HubConfig.LABELS);
        String modelType = config.isPresent() ? HubFiles.modelType(config.get()) : "";
        return FeatureTail.assumed(model.graph(), modelType, remarks);
    }

    private static List<String> labels(Path file, Model model, BackboneOptions options, List<String> remarks)
            throws IOException {
        Optional<Path> beside = HubFiles.near(file, HubConfig.LABELS);
        Optional<List<String>> named =
                options.labels().isEmpty() && beside.isPresent() ? HubFiles.labels(beside.get()) : Optional.empty();
        return labels(model, named.map(options::withLabels).orElse(options), remarks);
    }

    /** What most networks trained on ImageNet expect, in the size that the input has. */
    private static Preprocessing assumed(Model model, List<String> remarks) {
        List<ValueInfo> inputs = model.graph().trueInputs();
        List<Dim> shape = inputs.isEmpty()
                ? List.of()
                : inputs.get(0).tensorType().flatMap(TensorType::shape).orElse(List.of());
        int height = size(shape, 2);
        int width = size(shape, 3);
        boolean isGray = shape.size() == 4 && shape.get(1).equals(Dim.of(1));
        if (isGray) {
            remarks.add("nothing says how images are prepared: assumed are gray images of " + width + " x " + height
                    + ", values 0 to 1");
            return Preprocessing.plain(width, height, Preprocessing.Channels.GRAY);
        }
        Preprocessing imagenet = Preprocessing.imagenet(Math.max(width, height) * 8 / 7, Math.max(width, height));
        remarks.add("nothing says how images are prepared: assumed is what is usual for ImageNet, " + width + " x "
                + height + " from the centre, RGB with mean 0.485, 0.456, 0.406 and deviation 0.229, 0.224, 0.225");
        return imagenet.withGeometry(new Preprocessing.Size(width, height), imagenet.fit(), imagenet.resizeTo());
    }

    private static int size(List<Dim> shape, int axis) {
        return shape.size() == 4 && shape.get(axis) instanceof Dim.Fixed fixed && fixed.size() > 0
                ? Math.toIntExact(fixed.size())
                : 224;
    }

    private static List<String> labels(Model model, BackboneOptions options, List<String> remarks)
            throws BackboneException {
        OptionalLong classes = classes(model);
        if (options.labels().isPresent()) {
            List<String> labels = options.labels().get();
            if (classes.isPresent() && classes.getAsLong() != labels.size()) {
                throw new BackboneException("the network tells " + classes.getAsLong() + " classes apart, given are "
                        + labels.size() + " labels");
            }
            return labels;
        }
        if (classes.isEmpty() || classes.getAsLong() > 1_000_000) {
            return List.of();
        }
        if (options.unknowns() == BackboneOptions.Unknowns.REFUSE) {
            throw new BackboneException(
                    "the network tells " + classes.getAsLong()
                            + " classes apart and nothing names them: name them by withLabels(...), in the order of its outputs");
        }
        remarks.add("nothing names the classes: they are called class_0, class_1 and so on");
        return IntStream.range(0, (int) classes.getAsLong())
                .mapToObj(i -> "class_" + i)
                .toList();
    }

    private static OptionalLong classes(Model model) {
        return model.graph().outputs().stream()
                .sorted((a, b) ->
                        Boolean.compare(b.name().equals("logits"), a.name().equals("logits")))
                .findFirst()
                .flatMap(ValueInfo::tensorType)
                .flatMap(TensorType::shape)
                .filter(shape -> shape.size() == 2 && shape.get(1) instanceof Dim.Fixed)
                .map(shape -> OptionalLong.of(((Dim.Fixed) shape.get(1)).size()))
                .orElse(OptionalLong.empty());
    }

    // ---- Keras ----

    private static Backbone keras(Path file, BackboneOptions options) throws IOException {
        options.listener().step("converting " + file);
        KerasConversion converted = KerasConverter.convert(file);
        List<String> remarks = new ArrayList<>(converted.remarks());
        Preprocessing preprocessing =
                options.preprocessing().orElseGet(() -> KerasPreprocessing.of(converted, options.pixels(), remarks));
        List<String> labels = labels(converted.network(), options, remarks);
        BackboneCard card = card(
                file,
                new Described(converted.network(), preprocessing, "a " + converted.format(), FeatureLocation.POOLED),
                remarks);
        Model model = converted.network().withMetadata(BackboneJson.KEY, BackboneJson.text(card, labels));
        return new Backbone(model, preprocessing, labels, card);
    }

    private record Described(Model model, Preprocessing preprocessing, String description, FeatureLocation features) {}

    private static BackboneCard card(Path file, Described network, List<String> remarks) throws IOException {
        String fileName = String.valueOf(file.getFileName());
        int dot = fileName.lastIndexOf('.');
        try (InputStream content = Files.newInputStream(file)) {
            return new BackboneCard(
                    dot > 0 ? fileName.substring(0, dot) : fileName,
                    network.description(),
                    file.toString(),
                    "sha256:" + Sha256.of(content),
                    "unknown",
                    "",
                    "",
                    ModelSummary.of(network.model()).total(),
                    0,
                    OptionalDouble.empty(),
                    network.preprocessing(),
                    Optional.empty(),
                    new BackboneCard.Use(network.features(), 1, Optional.empty()),
                    remarks);
        }
    }
}
