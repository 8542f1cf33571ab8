package terzi.export;

import java.util.Optional;

/** The version that files are marked with. */
final class TerziVersion {

    private TerziVersion() {}

    /** As the jar says it, or {@code development} where the classes are not in a jar. */
    static String current() {
        return Optional.ofNullable(TerziVersion.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
