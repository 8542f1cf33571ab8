package terzi.runs;

/**
 * What one check of a diagnosis found.
 *
 * @param subject the thing that was checked
 * @param status whether it can be used
 * @param detail what it is
 * @param remedy what to do about it; empty when nothing needs doing
 */
public record Finding(String subject, Status status, String detail, String remedy) {
    /** Whether something can be used. */
    public enum Status {
        /** It can be used. */
        OK,
        /** It can be used, with a disadvantage. */
        WARN,
        /** It cannot be used. */
        FAIL
    }

    static Finding ok(String subject, String detail) {
        return new Finding(subject, Status.OK, detail, "");
    }

    static Finding warn(String subject, String detail, String remedy) {
        return new Finding(subject, Status.WARN, detail, remedy);
    }

    static Finding fail(String subject, String detail, String remedy) {
        return new Finding(subject, Status.FAIL, detail, remedy);
    }
}
