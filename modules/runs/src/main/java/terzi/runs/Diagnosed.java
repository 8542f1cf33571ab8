package terzi.runs;

import java.util.List;

/**
 * The result of a diagnosis.
 *
 * @param healthy whether no check failed
 * @param version of Terzi
 * @param checks what each check found
 */
public record Diagnosed(boolean healthy, String version, List<Finding> checks) {
    /**
     * Checks and copies the components.
     *
     * @param healthy whether no check failed
     * @param version of Terzi
     * @param checks what each check found
     */
    public Diagnosed {
        checks = List.copyOf(checks);
    }
}
