package terzi.bench;

/** Says why a backend cannot run here, and what to do about it. */
final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    UnavailableException(String reason) {
        super(reason);
    }
}
