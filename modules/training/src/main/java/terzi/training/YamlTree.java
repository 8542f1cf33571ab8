package terzi.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads YAML into {@link YamlNode}s and puts overrides into them. */
final class YamlTree {
    private static final YAMLMapper YAML = new YAMLMapper();

    private YamlTree() {}

    static YamlNode.Mapping read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    /** @param name of the source, for messages */
    static YamlNode.Mapping parse(String text, String name) throws RecipeException {
        YamlNode node = node(text, name, true);
        if (node instanceof YamlNode.Mapping mapping) {
            return mapping;
        }
        throw new RecipeException(name + ": expected keys and values, found " + node.kind());
    }

    private static YamlNode node(String text, String name, boolean numbered) throws RecipeException {
        try (JsonParser parser = YAML.createParser(text)) {
            parser.nextToken();
            return new Reader(parser, name, numbered).value();
        } catch (JacksonException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new RecipeException(name + (numbered ? line : "") + ": this is not YAML: " + e.getOriginalMessage());
        }
    }

    /**
     * Puts {@code key=value} into a tree; keys on the way are made where they are missing.
     *
     * @param override dotted key, equals sign, value in YAML
     */
    static void override(YamlNode.Mapping root, String override) throws RecipeException {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new RecipeException("override '" + override + "': expected key=value, for example training.epochs=5");
        }
        String where = "override '" + override + "'";
        String[] keys = override.substring(0, equals).trim().split("\\.", -1);
        YamlNode.Mapping place = root;
        for (int i = 0; i < keys.length - 1; i++) {
            YamlNode.Entry entry = place.entries().get(keys[i]);
            if (entry == null || entry.value() instanceof YamlNode.Scalar) {
                YamlNode.Mapping fresh = new YamlNode.Mapping(where);
                place.entries().put(keys[i], new YamlNode.Entry(where, fresh));
                place = fresh;
            } else if (entry.value() instanceof YamlNode.Mapping mapping) {
                place = mapping;
            } else {
                throw new RecipeException(where + ": " + keys[i] + " is a list; give the whole list instead");
            }
        }
        YamlNode value = node(override.substring(equals + 1), where, false);
        place.entries().put(keys[keys.length - 1], new YamlNode.Entry(where, value));
    }

    /** Turns the parser's tokens into nodes. */
    private record Reader(JsonParser parser, String name, boolean numbered) {
        private String where() {
            return numbered ? name + ":" + parser.currentTokenLocation().getLineNr() : name;
        }

        YamlNode value() throws RecipeException {
            JsonToken token = parser.currentToken();
            String where = where();
            if (token == JsonToken.START_OBJECT) {
                return mapping(where);
            } else if (token == JsonToken.START_ARRAY) {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value());
                }
                return new YamlNode.Sequence(where, items);
            } else if (token == null || token == JsonToken.VALUE_NULL) {
                return new YamlNode.Scalar(where, null);
            }
            return new YamlNode.Scalar(where, parser.getString());
        }

        private YamlNode mapping(String where) throws RecipeException {
            YamlNode.Mapping mapping = new YamlNode.Mapping(where);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                String keyWhere = where();
                parser.nextToken();
                YamlNode.Entry before = mapping.entries().put(key, new YamlNode.Entry(keyWhere, value()));
                if (before != null) {
                    throw new RecipeException(
                            keyWhere + ": the key '" + key + "' is given twice, first at " + before.where());
                }
            }
            return mapping;
        }
    }
}
