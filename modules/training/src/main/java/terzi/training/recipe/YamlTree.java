package terzi.training.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads YAML into {@link YamlNode}s and puts overrides into them. */
final class YamlTree {
    private static final YAMLMapper YAML = new YAMLMapper();

    private YamlTree() {}

    static YamlNode.Mapping read(Path file) throws IOException {
        return parse(YamlText.read(file), file.toString());
    }

    /** @param name of the source, for messages */
    static YamlNode.Mapping parse(String text, String name) throws RecipeException {
        YamlNode node = node(text, name, true);
        if (node instanceof YamlNode.Mapping mapping) {
            return mapping;
        }
        throw new RecipeException(node.where() + ": expected keys and values, such as name: my-model, found "
                + (text.isBlank() ? "an empty file" : node.kind()));
    }

    private static YamlNode node(String text, String name, boolean numbered) throws RecipeException {
        try (YAMLParser parser = (YAMLParser) YAML.createParser(text)) {
            Reader reader = new Reader(parser, name, numbered);
            try {
                parser.nextToken();
                YamlNode node = reader.value();
                if (parser.nextToken() != null) {
                    throw new RecipeException(reader.where()
                            + ": expected one document, found a second one after '---'; remove one of them");
                }
                return node;
            } catch (StreamConstraintsException e) {
                throw new RecipeException(
                        reader.where() + ": nested or long beyond what a recipe needs: " + e.getOriginalMessage());
            } catch (JacksonException e) {
                throw notYaml(e, reader);
            }
        }
    }

    /** The parser marks the place where it could not go on, which is after the token that it read last. */
    private static RecipeException notYaml(JacksonException e, Reader reader) {
        String where = reader.where();
        String text = e.getOriginalMessage();
        if (e.getCause() instanceof MarkedYamlEngineException marked) {
            text = (marked.getContext() == null ? "" : marked.getContext() + ": ") + marked.getProblem();
            Optional<Mark> place = marked.getProblemMark();
            if (reader.numbered() && place.isPresent()) {
                where = reader.name() + ":" + (place.get().getLine() + 1);
            }
        }
        return new RecipeException(where + ": this is not YAML: " + text.replace("\\t(TAB)", "TAB"), e);
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
            YamlNode.Entry entry = place.get(keys[i]);
            if (entry == null || entry.value() instanceof YamlNode.Scalar) {
                YamlNode.Mapping fresh = new YamlNode.Mapping(where);
                place.put(new YamlNode.Entry(where, keys[i], fresh));
                place = fresh;
            } else if (entry.value() instanceof YamlNode.Mapping mapping) {
                place = mapping;
            } else {
                throw new RecipeException(where + ": " + keys[i] + " is a list; give the whole list instead");
            }
        }
        YamlNode value = node(override.substring(equals + 1), where, false);
        place.put(new YamlNode.Entry(where, keys[keys.length - 1], value));
    }

    /** Turns the parser's tokens into nodes. */
    private record Reader(YAMLParser parser, String name, boolean numbered) {
        String where() {
            return numbered
                    ? name + ":" + Math.max(1, parser.currentTokenLocation().getLineNr())
                    : name;
        }

        YamlNode value() throws RecipeException {
            JsonToken token = parser.currentToken();
            String where = where();
            if (parser.isCurrentAlias()) {
                throw new RecipeException(where + ": expected a value, found the alias *" + parser.getString()
                        + "; anchors and aliases are not read in a recipe: write the value itself");
            } else if (token == JsonToken.START_OBJECT) {
                return mapping(where);
            } else if (token == JsonToken.START_ARRAY) {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value());
                }
                return new YamlNode.Sequence(where, items);
            } else if (token == null || token == JsonToken.VALUE_NULL) {
                return new YamlNode.Scalar(where, null);
            } else if (!token.isScalarValue() || token == JsonToken.VALUE_EMBEDDED_OBJECT) {
                throw new RecipeException(where + ": expected a text, a number, a list or keys and values, found "
                        + token.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
            return new YamlNode.Scalar(where, parser.getString());
        }

        private YamlNode mapping(String where) throws RecipeException {
            YamlNode.Mapping mapping = new YamlNode.Mapping(where);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                String keyWhere = where();
                if (key.equals("<<")) {
                    throw new RecipeException(
                            keyWhere + ": merge keys (<<) are not read in a recipe: write the keys themselves");
                }
                parser.nextToken();
                YamlNode.Entry before = mapping.put(new YamlNode.Entry(keyWhere, key, value()));
                if (before != null) {
                    throw new RecipeException(
                            keyWhere + ": the key '" + key + "' is given twice, first at " + before.where());
                }
            }
            return mapping;
        }
    }
}
