package terzi.runs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Manifest;

/** The versions of Terzi and of the engines under it, found without starting them. */
public final class Versions {
    private Versions() {}

    /** {@return Terzi's version, or {@code development} outside of a jar} */
    public static String terzi() {
        String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The engines' versions by name. */
    static Map<String, String> engines() throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("ONNX Runtime", onnxRuntime());
        libtorch().ifPresent(version -> versions.put("libtorch", version));
        return versions;
    }

    /** The version in the manifest of ONNX Runtime's jar. */
    static String onnxRuntime() throws IOException {
        for (URL url : Collections.list(Versions.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            try (InputStream in = url.openStream()) {
                var attributes = new Manifest(in).getMainAttributes();
                String version = attributes.getValue("Implementation-Version");
                if ("com.microsoft.onnxruntime".equals(attributes.getValue("Automatic-Module-Name"))
                        && version != null) {
                    return version;
                }
            }
        }
        return "unknown version";
    }

    /** Empty for a libtorch of the user's own. */
    static Optional<String> libtorch() {
        try (InputStream in = Versions.class.getResourceAsStream("/native/lib/pytorch.properties")) {
            if (in == null) {
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(in);
            return Optional.of(properties.getProperty("version") + " (" + properties.getProperty("flavor") + ")");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
