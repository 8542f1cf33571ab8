package terzi.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Augmentations;
import terzi.onnx.build.Layer;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** What is special about recipes, beyond {@link RecordBinder}'s rules. */
final class RecipeFormat {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private RecipeFormat() {}

    /** @param folder that relative paths of networks start from */
    static RecordBinder binder(Path folder) {
        RecordBinder binder = new RecordBinder();
        return binder.with(Recipe.NetworkSource.class, new Network(binder))
                .with(Path.class, new File(folder))
                .with(AugmentationChain.class, new Augment());
    }

    static String yaml(Record recipe) {
        return YAML.writeValueAsString(binder(Path.of("")).write(recipe));
    }

    /** A list of layers, or {@code base: file.onnx}. */
    private record Network(RecordBinder binder) implements RecordBinder.Special<Recipe.NetworkSource> {
        @Override
        public Recipe.NetworkSource read(YamlNode node, String path) throws RecipeException {
            if (node instanceof YamlNode.Sequence sequence) {
                List<Layer> layers = new ArrayList<>();
                for (YamlNode item : sequence.items()) {
                    layers.add(binder.read(item, Layer.class, path + "[" + layers.size() + "]"));
                }
                if (layers.isEmpty()) {
                    throw new RecipeException(node.where() + ": " + path + ": the list of layers is empty");
                }
                return new Recipe.Layers(layers);
            } else if (node instanceof YamlNode.Mapping) {
                return binder.read(node, Recipe.Base.class, path);
            }
            throw RecordBinder.wrong(node, path, "a list of layers or base: FILE.onnx");
        }

        @Override
        public Object write(Recipe.NetworkSource value) {
            if (value instanceof Recipe.Layers layers) {
                return Objects.requireNonNull(binder.write(layers.layers()));
            }
            return Map.of("base", ((Recipe.Base) value).base().toString());
        }
    }

    /** A path, relative to the recipe's folder. */
    private record File(Path folder) implements RecordBinder.Special<Path> {
        @Override
        public Path read(YamlNode node, String path) throws RecipeException {
            Path file = (Path) Scalars.read(node, Path.class, path);
            return folder.resolve(file).toAbsolutePath().normalize();
        }

        @Override
        public Object write(Path value) {
            return value.toString();
        }
    }

    /** A list of augmentations, each a name or a name above its settings. */
    private static final class Augment implements RecordBinder.Special<AugmentationChain> {
        @Override
        public AugmentationChain read(YamlNode node, String path) throws RecipeException {
            if (!(node instanceof YamlNode.Sequence sequence)) {
                throw RecordBinder.wrong(node, path, "a list of " + String.join(", ", Augmentations.names()));
            }
            List<Augmentation> steps = new ArrayList<>();
            for (YamlNode item : sequence.items()) {
                steps.add(step(item, path + "[" + steps.size() + "]"));
            }
            return new AugmentationChain(steps);
        }

        private static Augmentation step(YamlNode item, String path) throws RecipeException {
            String name;
            YamlNode settings = new YamlNode.Mapping(item.where());
            if (item instanceof YamlNode.Scalar scalar && scalar.text() != null) {
                name = scalar.text();
            } else if (item instanceof YamlNode.Mapping mapping
                    && mapping.entries().size() == 1) {
                name = mapping.entries().keySet().iterator().next();
                settings = Objects.requireNonNull(mapping.entries().get(name)).value();
            } else {
                throw RecordBinder.wrong(item, path, "one of " + String.join(", ", Augmentations.names()));
            }
            if (!Augmentations.names().contains(name)) {
                throw new RecipeException(item.where() + ": " + path + ": unknown augmentation '" + name + "'"
                        + Suggestion.ofAll(name, Augmentations.names()));
            }
            Map<String, Object> values = new LinkedHashMap<>();
            if (plain(settings, path) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> values.put(String.valueOf(key), value));
            } else {
                throw RecordBinder.wrong(settings, path, "the settings of " + name + ", as keys and values");
            }
            try {
                return Augmentations.create(name, values);
            } catch (IllegalArgumentException e) {
                throw new RecipeException(item.where() + ": " + path + ": " + e.getMessage());
            }
        }

        /** Maps, lists, numbers, truth values and texts. */
        private static Object plain(YamlNode node, String path) throws RecipeException {
            if (node instanceof YamlNode.Mapping mapping) {
                Map<String, Object> map = new LinkedHashMap<>();
                for (Map.Entry<String, YamlNode.Entry> entry : mapping.entries().entrySet()) {
                    map.put(entry.getKey(), plain(entry.getValue().value(), path));
                }
                return map;
            } else if (node instanceof YamlNode.Sequence sequence) {
                List<Object> list = new ArrayList<>();
                for (YamlNode item : sequence.items()) {
                    list.add(plain(item, path));
                }
                return list;
            }
            String text = ((YamlNode.Scalar) node).text();
            if (text == null) {
                throw RecordBinder.wrong(node, path, "a value");
            } else if (text.equals("true") || text.equals("false")) {
                return Boolean.valueOf(text);
            }
            return Scalars.isNumber(text) ? (Object) Double.valueOf(text) : text;
        }

        @Override
        public Object write(AugmentationChain value) {
            List<Object> list = new ArrayList<>();
            for (Augmentation step : value.steps()) {
                list.add(Map.of(Augmentations.name(step), Augmentations.settings(step)));
            }
            return list;
        }
    }
}
